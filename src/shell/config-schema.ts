import { z } from 'zod';
import { platformNames, runtimeNames, traits } from '../platform/environment.ts';
import { profileNames } from '../policy/profiles.ts';
import type { OptionSpec } from '../policy/rule.ts';
import { rules } from '../policy/rules/index.ts';

const text = z.string().min(1);
const globs = z.array(text);
const positive = z.int().min(1);
const seconds = z.int().min(0);

/** Keys under `limits`, and the bound that each states. */
export const limitKeys = {
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
} as const;

export const quotedVersion = 'a minor version in quotes, such as "1.34"';

/** Words for a rule's severity; YAML 1.1 reads an unquoted `off` as false. */
const severityWord = z.literal(['off', 'error', 'warning', 'info', false]);

const match = z
  .strictObject({
    namespace: text.optional().describe('Glob of the namespace.'),
    kind: text.optional().describe('Glob of the kind, e.g. StatefulSet.'),
    name: text.optional().describe('Glob of the name.'),
    labels: z.record(z.string(), z.string()).optional().describe('Globs of labels of the pods.'),
    path: text.optional().describe('Glob of the file or of the chart’s folder.'),
  })
  .describe('Which workloads this is about: everything that is written has to fit.');

export const configSchema = z.strictObject({
  profile: z.enum(profileNames).optional().describe('What is told; recommended where nothing is stated.'),
  'kubernetes-version': z
    .string(quotedVersion)
    .regex(/^1\.\d+$/, quotedVersion)
    .optional()
    .describe('Version of the cluster that the workloads run on, e.g. "1.34".'),
  'fail-on': z
    .enum(['error', 'warning', 'never'])
    .optional()
    .describe('Lowest severity that fails the check.'),
  cluster: z
    .strictObject({
      nodes: positive.optional().describe('Number of nodes.'),
      zones: positive.optional().describe('Availability zones that pods can spread over; 3 if not stated.'),
    })
    .optional()
    .describe('The cluster that the workloads run on.'),
  platforms: z
    .array(
      z.strictObject({
        match,
        platform: z.enum(platformNames).optional().describe('Where these pods run.'),
        traits: z.array(z.enum(traits)).optional().describe('What else is true of where they run.'),
      }),
    )
    .optional()
    .describe('Where workloads run; the first entry that fits counts, and wins over what is inferred.'),
  workloads: z
    .array(
      z.strictObject({
        match,
        runtime: z.enum(runtimeNames).optional().describe('What kind of program it is.'),
        'shutdown-seconds': seconds.optional().describe('How long it takes to stop after SIGTERM.'),
        'startup-seconds': seconds
          .optional()
          .describe('How long it takes from its container’s start until it can serve.'),
      }),
    )
    .optional()
    .describe('Facts about applications; the first entry that fits counts, an annotation wins.'),
  include: globs.optional().describe('Globs of the only files to look at.'),
  exclude: globs.optional().describe('Globs of files that are never read as manifests, beside the defaults.'),
  releases: z
    .array(
      z.strictObject({
        chart: text.describe('Folder of the chart.'),
        values: z.array(text).optional().describe('Values files in order, from the repository root.'),
        name: text.optional().describe('Release name.'),
        namespace: text.optional().describe('Namespace of the release.'),
      }),
    )
    .optional()
    .describe('What is really deployed: these releases win over values files found beside a chart.'),
  rules: z
    .strictObject(Object.fromEntries(rules.map(({ id, title, options }) => [id, ruleSchema(title, options)])))
    .optional()
    .describe('Severity by rule, or off; or a map with its severity and options.'),
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

/** A rule as the configuration states it: a severity, or a map of severity and options. */
export type RuleConfig = z.infer<typeof severityWord> | Readonly<Record<string, unknown>>;

function ruleSchema(title: string, options: Readonly<Record<string, OptionSpec>> | undefined) {
  const numbers = Object.entries(options ?? {}).map(([name, { minimum, maximum, description }]) => [
    name,
    z.int().min(minimum).max(maximum).optional().describe(description),
  ]);
  const stated = z.strictObject({ severity: severityWord.optional(), ...Object.fromEntries(numbers) });
  const schema: z.ZodType<RuleConfig> = z.union([severityWord, stated]);
  return schema.optional().describe(title);
}
