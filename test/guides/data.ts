import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What carries a part of a guide: a rule's id, or one of these with a name behind a colon. `figure`: a number of the
 * profiles; `timing`: a quantity of the timing model; `report`: a part of what is published; `setting`: what a
 * configuration or an annotation states.
 */
export const carriers = {
  figure: {
    'startup-budget': 'start-up budget',
    'pre-stop': 'preStop delay',
    'grace-period': 'grace period',
    buffer: 'buffer of the grace period',
    propagation: 'endpoint propagation',
    'probe-period': 'probe period',
    'probe-timeout': 'probe timeout',
    replicas: 'replicas',
  },
  timing: {
    startupBudget: 'start-up budget',
    livenessDetection: 'liveness detection',
    readinessDetection: 'readiness detection',
    preStop: 'preStop time',
    gracePeriod: 'grace period',
    applicationTime: 'time left for the application',
    exposedWindow: 'exposed window',
    earliestReady: 'earliest Ready',
    lowestAvailable: 'lowest availability in a rollout',
    evictionsAllowed: 'evictions allowed',
    loadBalancerGap: 'load balancer gap',
  },
  report: {
    'lifecycle-card': 'lifecycle card',
    'timeline-picture': 'picture of the timeline',
    'checklist-comment': 'checklist comment of a new workload',
    'platform-evidence': 'platform and its evidence',
    'runtime-evidence': 'runtime and its evidence',
    'not-checked': '"Not checked"',
    verdict: 'verdict of the check',
    audit: 'audit of a whole revision',
    silence: 'never asks for a liveness probe',
  },
  setting: {
    profile: 'profile `eks-production`',
    platforms: 'stated platform',
    runtime: 'stated runtime',
    'shutdown-seconds': 'stated shutdown seconds',
    'startup-seconds': 'stated start-up seconds',
    nodes: 'stated number of nodes',
    zones: 'stated number of zones',
  },
} as const;

const id = z.string().regex(/^[a-z0-9-]+$/);
const carrier = z.string().refine((text) => {
  const [group = '', name] = text.split(':');
  return name === undefined ? id.safeParse(group).success : name in (carriers[group as Group] ?? {});
}, 'names no rule, figure, timing, report part or setting');
type Group = keyof typeof carriers;

const covered = {
  carriedBy: z.array(carrier).min(1).optional(),
  /** One honest line about what a reviewer of manifests cannot reach. */
  outside: z.string().min(1).optional(),
};

const sectionSchema = z
  .strictObject({
    heading: z.string().min(1),
    ...covered,
    note: z.string().optional(),
    contradicts: z.array(z.strictObject({ guide: z.string(), fact: z.string(), source: z.url() })).optional(),
  })
  .refine(hasCover, 'is neither carried nor outside');

const expectedSchema = z.strictObject({
  rule: id,
  messageId: z.string().optional(),
  severity: z.enum(['error', 'warning', 'info']).optional(),
  line: z.int().optional(),
});
const expectations = z.array(expectedSchema).default([]);

const exampleSchema = z.strictObject({
  fixture: z.string().regex(/^\d\d-[a-z0-9-]+$/),
  section: z.string(),
  lesson: z.string(),
  guide: z.enum(['good', 'bad']),
  /** Two files, `-base` (what the guide warns of, or begins with) and `-head` (what it ends with). */
  pair: z.literal(true).optional(),
  /** What is said of the fixture as a new workload; of a pair's two files; nothing else may be above info. */
  says: expectations,
  base: expectations,
  head: expectations,
  /** What is introduced by the change from base to head, and by the way back. */
  change: expectations,
  back: expectations,
  /** Rules whose findings the change from base to head ends. */
  fixed: z.array(id).default([]),
  /** What the profile eks-production says of the fixture, or of a pair's base. */
  production: expectations,
  /** Rules of the catalogue that are not written yet. */
  later: z.array(id).default([]),
  /** Where the reviewer and the guide differ: who is right, and why. */
  verdict: z.string().optional(),
});

const checklistSchema = z.strictObject({
  title: z.string(),
  groups: z.array(
    z.strictObject({
      title: z.string(),
      items: z.array(
        z.strictObject({ item: z.string(), ...covered }).refine(hasCover, 'is neither carried nor outside'),
      ),
    }),
  ),
});

const guideSchema = z.strictObject({
  title: z.string(),
  folder: z.string(),
  sections: z.array(sectionSchema),
  examples: z.array(exampleSchema),
  /** Examples that are not manifests of workloads, and why they are not read. */
  notRead: z.array(z.strictObject({ section: z.string(), example: z.string(), reason: z.string() })),
  checklists: z.array(checklistSchema).default([]),
});

export type Guide = z.infer<typeof guideSchema>;
export type Example = Guide['examples'][number];
export type Expected = z.infer<typeof expectedSchema>;
export type Cover = Pick<Guide['sections'][number], 'carriedBy' | 'outside'>;

function hasCover({ carriedBy, outside }: { carriedBy?: unknown; outside?: unknown }): boolean {
  return carriedBy !== undefined || outside !== undefined;
}

const order = ['pod-lifecycle', 'zero-502', 'scheduling', 'field-cases', 'high-availability'];

/** The guides, in the order in which the page tells them. */
export function readGuides(): readonly Guide[] {
  const folder = new URL('data/', import.meta.url);
  const guides = readdirSync(folder).map((file) =>
    guideSchema.parse(parse(readFileSync(new URL(file, folder), 'utf8'))),
  );
  return guides.sort((a, b) => order.indexOf(a.folder) - order.indexOf(b.folder));
}

/** The files of an example under `fixtures/guides/`, without their ending. */
export function filesOf({ folder }: Pick<Guide, 'folder'>, { fixture, pair }: Example): readonly string[] {
  return (pair ? ['-base', '-head'] : ['']).map((part) => `${folder}/${fixture}${part}`);
}
