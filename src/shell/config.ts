import { z } from 'zod';
import { formatFieldPath, valueAt } from '../manifest/field-path.ts';
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

const quotedVersion = 'a minor version in quotes, such as "1.34"';

export const configSchema = z.strictObject({
  'kubernetes-version': z
    .string(quotedVersion)
    .regex(/^1\.\d+$/, quotedVersion)
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
    // YAML 1.1 reads an unquoted `off` as false.
    .partialRecord(z.enum(ruleIds), z.literal(['off', 'error', 'warning', 'info', false]))
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

/** What the configuration states of a rule. */
export function severitiesOf({ rules }: Config): ReadonlyMap<string, 'off' | 'error' | 'warning' | 'info'> {
  return new Map(
    Object.entries(rules ?? {}).flatMap(([id, word]) => (word === undefined ? [] : [[id, word || 'off']])),
  );
}

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
  if (problem !== undefined) {
    const { line, column, message } = problem;
    return { problems: [{ line, column, message: `this is not valid YAML: ${message}` }] };
  }
  const [document, second] = documents;
  if (second !== undefined) {
    return {
      problems: [
        { line: second.startLine, column: 1, message: 'a second document begins here; one is read' },
      ],
    };
  }
  const result = configSchema.safeParse(document?.value ?? {});
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, document)) };
}

/** The key under `limits` that states a bound. */
export function limitKeyOf(name: keyof typeof defaultLimits): string {
  return Object.entries(limitKeys).find(([, each]) => each === name)?.[0] ?? name;
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
      message: path[0] === 'rules' ? unknownRule(key) : unknownKey(key, keysAt(path)),
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ ...placeOf(document, path), message: unknownRule(String(path.at(-1))) }];
  }
  const missing = valueAt(document?.value, path) === undefined ? 'is missing; it ' : '';
  const field = formatFieldPath(path) || 'the file';
  return [{ ...placeOf(document, path), message: `${field} ${missing}takes ${expectation(issue)}` }];
}

function unknownKey(key: string, known: readonly string[]): string {
  return `there is no key ${quote(key)}${instead(key, known)}`;
}

/** What to say of a rule that is not there. */
export function unknownRule(id: string): string {
  return `there is no rule ${quote(id)}${instead(id, ruleIds)}`;
}

function instead(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? `; there are ${candidates.join(', ')}` : `, did you mean ${quote(near)}?`;
}

function keysAt(path: readonly (string | number)[]): readonly string[] {
  const [first] = path;
  if (first === 'releases') return ['chart', 'values', 'name', 'namespace'];
  return first === 'limits' ? Object.keys(limitKeys) : Object.keys(configSchema.shape);
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_value') {
    return `one of ${issue.values.filter((value) => typeof value === 'string').join(', ')}`;
  }
  if (issue.message === quotedVersion) return quotedVersion;
  if (issue.code === 'invalid_type') return typeWords[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small') return issue.origin === 'string' ? 'text that is not empty' : wholeNumber;
  return issue.code === 'too_big' ? wholeNumber : issue.message;
}

const wholeNumber = 'a whole number from 1 on';

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  int: wholeNumber,
  number: wholeNumber,
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function placeOf(document: ParsedDocument | undefined, path: readonly (string | number)[]) {
  const located = document?.locate(path) ?? null;
  return { line: located?.startLine ?? 1, column: located?.startColumn ?? 1 };
}

function quote(word: string): string {
  return JSON.stringify(word);
}
