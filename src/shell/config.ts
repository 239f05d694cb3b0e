import { z } from 'zod';
import { formatFieldPath } from '../manifest/field-path.ts';
import { type ParsedDocument, parseStream } from '../manifest/parse.ts';
import { rules } from '../policy/rules/index.ts';
import { defaultLimits } from '../text/limits.ts';
import { nearest } from '../text/nearest.ts';

/** Where the configuration is looked for when nobody names a file. */
export const configPath = '.github/pod-lifecycle-review.yml';

const ruleIds = rules.map(({ id }) => id) as [string, ...string[]];
const globs = z.array(z.string().min(1));
const positive = z.int().min(1);

const limitKeys = {
  'file-bytes': 'fileBytes',
  'unit-bytes': 'unitBytes',
  'chart-bytes': 'chartBytes',
  'engine-memory-mib': 'engineMemoryMiB',
  'render-seconds': 'renderSeconds',
  documents: 'documents',
  aliases: 'aliases',
  depth: 'depth',
  'values-sets': 'valuesSets',
  'inline-comments': 'inlineComments',
  'run-seconds': 'runSeconds',
} as const satisfies Record<string, keyof typeof defaultLimits>;

export const configSchema = z.strictObject({
  'kubernetes-version': z
    .string()
    .regex(/^1\.\d+$/, 'a minor version in quotes, such as "1.34"')
    .optional()
    .describe('Version of the cluster that the workloads run on, e.g. "1.34".'),
  'fail-on': z
    .enum(['error', 'warning', 'never'])
    .optional()
    .describe('Lowest severity that fails the check.'),
  include: globs.optional().describe('Globs of the only files to look at.'),
  exclude: globs.optional().describe('Globs of files that are never read as manifests, beside the defaults.'),
  releases: z
    .array(
      z.strictObject({
        chart: z.string().min(1).describe('Folder of the chart.'),
        values: z
          .array(z.string().min(1))
          .optional()
          .describe('Values files in order, from the repository root.'),
        name: z.string().min(1).optional().describe('Release name.'),
        namespace: z.string().min(1).optional().describe('Namespace of the release.'),
      }),
    )
    .optional()
    .describe('What is really deployed: these releases win over values files found beside a chart.'),
  rules: z
    .partialRecord(z.enum(ruleIds), z.enum(['off', 'error', 'warning', 'info']))
    .optional()
    .describe('Severity by rule, or off.'),
  limits: z
    .strictObject(
      Object.fromEntries(Object.keys(limitKeys).map((key) => [key, positive.optional()])) as Record<
        keyof typeof limitKeys,
        z.ZodOptional<typeof positive>
      >,
    )
    .optional()
    .describe('Bounds on what one run reads and renders.'),
});

export type Config = z.infer<typeof configSchema>;

/** One thing that is wrong with a configuration, with its place and what to write instead. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ConfigResult = { readonly config: Config } | { readonly problems: readonly ConfigProblem[] };

/** Reads a configuration file's text. An empty file is an empty configuration. */
export function parseConfig(text: string): ConfigResult {
  const { documents, problems } = parseStream(text, defaultLimits);
  const [problem] = problems;
  if (problem !== undefined) return { problems: [problem] };
  const [document] = documents;
  const result = configSchema.safeParse(document?.value ?? {});
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, document)) };
}

/** Bounds as the configuration states them, over the defaults. */
export function limitsOf(config: Config): typeof defaultLimits {
  const stated = Object.entries(config.limits ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[limitKeys[key as keyof typeof limitKeys], value]],
  );
  return { ...defaultLimits, ...Object.fromEntries(stated) };
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, document: ParsedDocument | undefined): readonly ConfigProblem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...placeOf(document, [...path, key]),
      message: unknownKey(key, keysAt(path)),
    }));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    return [
      { ...placeOf(document, path), message: `there is no rule ${quote(key)}${didYouMean(key, ruleIds)}` },
    ];
  }
  const expected = expectation(issue);
  return [
    { ...placeOf(document, path), message: `${formatFieldPath(path) || 'the file'} takes ${expected}` },
  ];
}

function unknownKey(key: string, known: readonly string[]): string {
  return `there is no key ${quote(key)}${didYouMean(key, known)}; known here: ${known.join(', ')}`;
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? '' : `, did you mean ${quote(near)}?`;
}

function keysAt(path: readonly (string | number)[]): readonly string[] {
  const [first] = path;
  if (first === 'releases') return ['chart', 'values', 'name', 'namespace'];
  return first === 'limits' ? Object.keys(limitKeys) : Object.keys(configSchema.shape);
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `a ${issue.expected === 'record' ? 'map' : issue.expected}`;
  if (issue.code === 'too_small') return 'something that is not empty, and numbers of 1 or more';
  return issue.message;
}

function placeOf(document: ParsedDocument | undefined, path: readonly (string | number)[]) {
  const located = document?.locate(path) ?? null;
  return { line: located?.startLine ?? 1, column: located?.startColumn ?? 1 };
}

function quote(word: string): string {
  return JSON.stringify(word);
}
