import type { z } from 'zod';
import { formatFieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { type ParsedDocument, parseStream } from '../manifest/parse.ts';
import { defaultEnvironment, type Environment, type WorkloadMatch } from '../platform/environment.ts';
import type { Options, Severity } from '../policy/rule.ts';
import { rules } from '../policy/rules/index.ts';
import { defaultLimits } from '../text/limits.ts';
import { nearest } from '../text/nearest.ts';
import { type Config, configSchema, limitKeys, quotedVersion } from './config-schema.ts';

/** Where the configuration is looked for when nobody names a file. */
export const configPath = '.github/pod-lifecycle-review.yml';

const ruleIds = rules.map(({ id }) => id);

/** The severity that the configuration states of each rule. */
export function severitiesOf({ rules }: Config): ReadonlyMap<string, Severity | 'off'> {
  return new Map(
    Object.entries(rules ?? {}).flatMap(([id, stated]) => {
      const word = isMap(stated) ? stated.severity : stated;
      return word === undefined ? [] : [[id, (word || 'off') as Severity | 'off'] as const];
    }),
  );
}

/** The options that the configuration states of each rule. */
export function optionsOf({ rules }: Config): ReadonlyMap<string, Options> {
  return new Map(
    Object.entries(rules ?? {}).flatMap(([id, stated]) => {
      const entries = isMap(stated) ? Object.entries(stated) : [];
      const numbers = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
      return numbers.length === 0 ? [] : [[id, Object.fromEntries(numbers)] as const];
    }),
  );
}

/** What the configuration states of the cluster and what runs on it. */
export function environmentOf({ cluster, platforms, workloads, ...stated }: Config): Environment {
  return {
    nodes: cluster?.nodes ?? defaultEnvironment.nodes,
    zones: cluster?.zones ?? defaultEnvironment.zones,
    kubernetesVersion: stated['kubernetes-version'] ?? null,
    platforms: (platforms ?? []).map(({ match, platform, traits }) => ({
      match: written(match),
      platform: platform ?? null,
      traits: traits ?? [],
    })),
    workloads: (workloads ?? []).map(({ match, runtime, ...seconds }) => ({
      match: written(match),
      runtime: runtime ?? null,
      shutdownSeconds: seconds['shutdown-seconds'] ?? null,
      startupSeconds: seconds['startup-seconds'] ?? null,
    })),
  };
}

/** The match with the keys that are there. */
function written(match: NonNullable<Config['platforms']>[number]['match']): WorkloadMatch {
  return Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined));
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
      message: path[0] === 'rules' && path.length === 1 ? unknownRule(key) : unknownKey(key, keysAt(path)),
    }));
  }
  if (issue.code === 'invalid_union') {
    // A rule: what is no map was meant as its severity.
    const [asWord = [], asMap = []] = issue.errors;
    const inner = isMap(valueAt(document?.value, path)) ? asMap : asWord;
    return inner.flatMap((each) => describe({ ...each, path: [...path, ...each.path] }, document));
  }
  const missing = valueAt(document?.value, path) === undefined ? 'is missing; it ' : '';
  const field = formatFieldPath(path) || 'the file';
  return [{ ...placeOf(document, path), message: `${field} ${missing}takes ${expectation(issue, path)}` }];
}

function unknownKey(key: string, known: readonly string[]): string {
  return `there is no key ${quote(key)}${instead(key, known)}`;
}

/** What to say of a rule that is not there. */
export function unknownRule(id: string): string {
  const near = nearest(id, ruleIds);
  const instead = near === null ? '; `explain` lists the rules' : `, did you mean ${quote(near)}?`;
  return `there is no rule ${quote(id)}${instead}`;
}

function instead(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? `; there are ${candidates.join(', ')}` : `, did you mean ${quote(near)}?`;
}

/** The keys that may stand in the map at a path. */
function keysAt(path: Path): readonly string[] {
  return Object.keys((valueAt(schemaAt(path), ['def', 'shape']) ?? {}) as object);
}

type Path = readonly (string | number)[];

/** The schema of what may stand at a path; of a rule's, that of the map. */
function schemaAt(path: Path): unknown {
  let schema: unknown = configSchema;
  for (const step of path) {
    schema = valueAt(schema, ['def', ...(typeof step === 'number' ? ['element'] : ['shape', step])]);
    schema = unwrapped(schema);
    const options = valueAt(schema, ['def', 'options']);
    if (Array.isArray(options) && path[0] === 'rules') schema = options.at(-1);
  }
  return schema;
}

/** The schema inside an optional one. */
function unwrapped(schema: unknown): unknown {
  const inner = valueAt(schema, ['def', 'innerType']);
  return inner === undefined ? schema : unwrapped(inner);
}

function expectation(issue: Issue, path: Path): string {
  if (issue.code === 'invalid_value') {
    return `one of ${issue.values.filter((value) => typeof value === 'string').join(', ')}`;
  }
  if (issue.message === quotedVersion) return quotedVersion;
  if (issue.code === 'invalid_type') {
    const isNumber = issue.expected === 'int' || issue.expected === 'number';
    return isNumber ? wholeNumber(path) : (typeWords[issue.expected] ?? issue.expected);
  }
  if (issue.code === 'too_small' && issue.origin === 'string') return 'text that is not empty';
  return issue.code === 'too_small' || issue.code === 'too_big' ? wholeNumber(path) : issue.message;
}

function wholeNumber(path: Path): string {
  const schema = schemaAt(path) as { readonly minValue?: number; readonly maxValue?: number };
  const { minValue = 1, maxValue = Number.MAX_SAFE_INTEGER } = schema;
  const end = maxValue === Number.MAX_SAFE_INTEGER ? 'on' : `to ${maxValue}`;
  return `a whole number from ${minValue} ${end}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
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
