import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CheckRequest, Problem } from '../../../src/engines/kubernetes.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Fields = { [name: string]: Json };

/** Fragments that are merged into one plain Deployment. */
interface Fragments {
  readonly merge?: Fields;
  readonly spec?: Fields;
  readonly template?: Fields;
  readonly pod?: Fields;
  readonly container?: Fields;
}

interface WrittenCase extends Fragments {
  readonly name: string;
  readonly manifest?: Json;
  readonly text?: string;
  readonly old?: Fragments;
  readonly oldManifest?: Json;
  readonly version?: string;
  readonly supported?: boolean;
  readonly accepted?: boolean;
  readonly decoding?: string[];
  readonly errors?: string[];
  readonly warnings?: string[];
}

export interface Case {
  readonly name: string;
  readonly request: CheckRequest;
  readonly expected: { supported: boolean; decoding: string[]; errors: string[]; warnings: string[] };
}

/** All cases, or those of one file. */
export function readCases(file?: string): Case[] {
  const files = readdirSync(import.meta.dirname).filter((name) =>
    file ? name === file : name.endsWith('.yaml'),
  );
  return files.flatMap((name) => {
    const written = parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as WrittenCase[];
    return written.map(caseOf);
  });
}

export function written(problems: readonly Problem[]): string[] {
  return problems.map(({ type, field, detail }) => `${type} ${field}: ${detail}`);
}

function caseOf(from: WrittenCase): Case {
  const { name, text, version, decoding = [], errors = [], warnings = [], supported = true } = from;
  if (!from.accepted && supported && [decoding, errors, warnings].every((list) => list.length === 0)) {
    throw new Error(`${name}: say what is expected`);
  }
  const old = from.oldManifest ?? (from.old && deployment(from.old));
  const object =
    text === undefined ? (from.manifest ?? deployment(from)) : parse(text, { uniqueKeys: false });
  const request = { object, ...(text && { text }), ...(old && { old }), ...(version && { version }) };
  return { name, request, expected: { supported, decoding, errors, warnings } };
}

function deployment({ merge = {}, spec = {}, template = {}, pod = {}, container = {} }: Fragments): Json {
  const containers = [merged({ name: 'app', image: 'nginx:1.27' }, container)];
  const plain = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: merged(
      {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: merged(
          { metadata: { labels: { app: 'web' } }, spec: merged({ containers }, pod) },
          template,
        ),
      },
      spec,
    ),
  };
  return merged(plain, merge);
}

function merged(into: Fields, from: Fields): Fields {
  const result = { ...into };
  for (const [name, value] of Object.entries(from)) {
    const before = result[name];
    result[name] = isFields(before) && isFields(value) ? merged(before, value) : value;
  }
  return result;
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
