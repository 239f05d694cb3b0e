import { z } from 'zod';

/**
 * The one contract between the review and everyone who reads it. Names are final: fields may be added, none
 * renamed. `docs/schema/report.schema.json` is generated from here.
 */
const severity = z.enum(['error', 'warning', 'info']);
const findingClass = z.enum(['contradiction', 'regression', 'hazard', 'checklist', 'advice']);
const status = z.enum(['introduced', 'worsened', 'existing', 'fixed']);
const line = z.int().min(1);

const object = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable().describe('null where none is set'),
  name: z.string(),
});

const location = z.strictObject({
  path: z.string(),
  startLine: line,
  startColumn: line,
  endLine: line,
  endColumn: line,
  revision: z.enum(['base', 'head']),
  kind: z.enum(['manifest', 'template', 'values', 'kustomization', 'object']),
});

const placement = z.strictObject({
  kind: z.enum(['inline', 'file', 'summary']),
  path: z.string().nullable(),
  startLine: line.nullable(),
  endLine: line.nullable(),
  side: z.enum(['LEFT', 'RIGHT']).nullable(),
});

const datum = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const picture = z.strictObject({
  title: z.string(),
  origin: z.string().describe('the moment that is 0 s'),
  sections: z.array(
    z.strictObject({
      name: z.string(),
      bars: z.array(
        z.strictObject({
          label: z.string(),
          fromSeconds: z.number(),
          toSeconds: z.number(),
          kind: z.enum(['work', 'wait', 'harm', 'mark']),
        }),
      ),
    }),
  ),
});

const quantityNames = [
  'startupBudget',
  'livenessDetection',
  'readinessDetection',
  'preStop',
  'gracePeriod',
  'applicationTime',
  'exposedWindow',
  'lowestAvailable',
  'evictionsAllowed',
] as const;

const finding = z.strictObject({
  ruleId: z.string(),
  messageId: z.string(),
  class: findingClass,
  severity,
  status,
  fingerprint: z.string().describe('stable identity: no line numbers, no shas, no values sets'),
  title: z.string().describe('the comment’s first line'),
  message: z.string().describe('one sentence with the numbers in it'),
  why: z.string().describe('what will happen to whom and when'),
  fix: z.string().nullable().describe('the way out in words'),
  item: z
    .strictObject({ missing: z.string(), without: z.string() })
    .nullable()
    .describe('its row among all checklist items of the object'),
  isNew: z.boolean().describe('whether the object came with this change'),
  object,
  container: z.string().nullable(),
  field: z.string().describe('path in the rendered object'),
  data: z.record(z.string(), datum).describe('the numbers of the message, units in the names'),
  evidence: z.array(z.strictObject({ text: z.string(), path: z.string().nullable(), line: line.nullable() })),
  releases: z.array(z.strictObject({ unit: z.string(), valuesSet: z.string() })),
  onlyWith: z
    .array(z.string())
    .describe('the values sets that show it; empty where all of the unit do, or the defaults alone'),
  location: location.nullable(),
  placement,
  cites: z.array(z.enum(quantityNames)).describe('rows of the lifecycle card that belong to it'),
  picture: picture.nullable().describe('what happens when, where time is the point'),
  patch: z.strictObject({ diff: z.string(), suggestion: z.string().nullable() }).nullable(),
  suppressed: z.strictObject({ reason: z.string(), expires: z.string().nullable() }).nullable(),
  references: z.array(z.strictObject({ title: z.string(), url: z.string() })),
});

const quantity = z.strictObject({
  atLeast: z.number().nullable(),
  atMost: z.number().nullable().describe('null is unbounded'),
  unit: z.enum(['seconds', 'pods']),
  from: z.string().describe('the field that it was read from, or the named assumption'),
});
const timeline = z.partialRecord(z.enum(quantityNames), quantity.nullable().describe('null is unknown'));

const card = z.strictObject({
  object,
  unit: z.string(),
  valuesSets: z.array(z.string()),
  platform: z.strictObject({ name: z.string(), traits: z.array(z.string()), evidence: z.array(z.string()) }),
  runtime: z.strictObject({ name: z.string(), evidence: z.array(z.string()) }),
  changed: z.array(
    z.strictObject({ field: z.string(), base: z.string().nullable(), head: z.string().nullable() }),
  ),
  timeline: z.strictObject({ base: timeline.nullable(), head: timeline.nullable() }),
});

const notChecked = z.strictObject({
  unit: z.string().nullable(),
  path: z.string().nullable(),
  line: line.nullable(),
  reason: z.enum([
    'parse-failed',
    'render-failed',
    'missing-dependency',
    'remote-source',
    'unsupported',
    'encrypted',
    'lfs-pointer',
    'submodule',
    'unsafe-path',
    'too-large',
    'timed-out',
    'out-of-memory',
    'outside-unit',
  ]),
  detail: z.string(),
  blocking: z.boolean(),
});

const suppression = z.strictObject({
  ruleId: z.string(),
  path: z.string().nullable(),
  line: line.nullable(),
  reason: z.string(),
  owner: z.string().nullable(),
  expires: z.string().nullable(),
  state: z.enum(['used', 'unused', 'expired']),
  problem: z
    .string()
    .nullable()
    .describe('why it accepts nothing as it is written, and what to write instead'),
  added: z.boolean().describe('whether this change brings it'),
});

const milliseconds = z.strictObject({
  total: z.number(),
  git: z.number(),
  render: z.number(),
  rules: z.number(),
  patch: z.number(),
  publish: z.number(),
});

const sha = z.string().nullable().describe('commit sha, null where there is none');

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  comparison: z.strictObject({ base: sha, head: sha, mergeBase: sha }),
  scope: z.enum(['changed', 'all']).describe('whether only what changed was judged, or every workload'),
  conclusion: z.enum(['pass', 'fail', 'error']),
  findings: z.array(finding),
  workloads: z.array(card),
  notChecked: z.array(notChecked),
  suppressions: z.array(suppression),
  stats: z.strictObject({
    files: z.int(),
    units: z.int(),
    renders: z.int(),
    objects: z.int(),
    workloads: z.int(),
    milliseconds: milliseconds.nullable(),
  }),
});

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

export type Report = Immutable<z.infer<typeof reportSchema>>;
export type Finding = Report['findings'][number];
export type WorkloadCard = Report['workloads'][number];
export type Quantity = NonNullable<WorkloadCard['timeline']['head']>[(typeof quantityNames)[number]];
export type SuppressionEntry = Report['suppressions'][number];
export type NotCheckedEntry = Report['notChecked'][number];
