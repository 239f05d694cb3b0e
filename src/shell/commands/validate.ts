import { readFile } from 'node:fs/promises';
import type { CheckQuestion, CheckReply, Problem } from '../../kubernetes/api.ts';
import { groupOf } from '../../manifest/manifest.ts';
import { type KubernetesObject, objectsOf } from '../../manifest/objects.ts';
import { parseStream } from '../../manifest/parse.ts';
import { count, plainLine } from '../../text/escape.ts';
import { defaultLimits } from '../../text/limits.ts';
import type { Arguments } from '../arguments.ts';
import type { Io } from '../io.ts';
import { defaultKubernetesVersion } from '../load-settings.ts';
import { UsageError } from '../usage-error.ts';
import { openWorld } from '../world.ts';
import { resolvePath } from './support.ts';

/** `validate`: Kubernetes' own answer to objects, as a create or, with `--old`, an update. Exit 1 when refused. */
export async function validateCommand(args: Arguments, io: Io): Promise<number> {
  if (args.positionals.length === 0)
    throw new UsageError('validate takes files, e.g. validate deploy/web.yaml');
  const version = minor(args.text('kube-version'));
  const old = args.text('old');
  const before = old === undefined ? null : await objectsIn(old, io);
  const files = await Promise.all(args.positionals.map((path) => objectsIn(path, io)));
  const notes = [...(before?.notes ?? []), ...files.flatMap((file) => file.notes)];
  for (const note of notes) io.err(`${plainLine(note)}\n`);
  const asked = files.flatMap(({ path, objects }) => objects.map((object) => ({ path, object })));
  const world = openWorld(defaultLimits, io, () => {});
  try {
    const olds = asked.map(({ object }) => before?.objects.find((each) => isSameObject(each, object)));
    const replies = await world.check(
      asked.map(({ object }, index) => question(object, olds[index], version)),
    );
    const answers = asked.map(({ path, object }, index) => answerText(path, object, replies[index]));
    io.out(answers.map(({ text }) => text).join(''));
    if (answers.some(({ refused }) => refused)) return 1;
    return notes.length > 0 ? 3 : 0;
  } finally {
    await world.close();
  }
}

function minor(version: string | undefined): string {
  const match = /^v?(1\.\d+)(\.\d+)?$/.exec(version ?? defaultKubernetesVersion)?.[1];
  if (match === undefined)
    throw new UsageError(`--kube-version takes a version such as 1.34, not "${version}"`);
  return match;
}

/** What a file holds, and what of it could not be read. */
interface ReadFile {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
  readonly notes: readonly string[];
}

async function objectsIn(path: string, io: Io): Promise<ReadFile> {
  let text: string;
  try {
    text = await readFile(resolvePath(io, path), 'utf8');
  } catch {
    throw new UsageError(`${path}: there is no such file that can be read`);
  }
  const { documents, problems } = parseStream(text, defaultLimits);
  const objects = documents.flatMap(objectsOf);
  const unread = problems.map(({ kind, line, column, message }) => {
    const what = kind === 'limit' ? 'this was not read' : 'this is not valid YAML';
    return `${path}:${line}:${column}: ${what}: ${message}`;
  });
  const empty = objects.length + unread.length === 0 ? [`${path}: there is no Kubernetes object in it`] : [];
  return { path, objects, notes: [...unread, ...empty] };
}

function isSameObject(a: KubernetesObject, b: KubernetesObject): boolean {
  const key = ({ ref }: KubernetesObject): string =>
    JSON.stringify([groupOf(ref.apiVersion), ref.kind, ref.namespace, ref.name]);
  return key(a) === key(b);
}

function question(
  { value, document, prefix }: KubernetesObject,
  old: KubernetesObject | undefined,
  version: string,
): CheckQuestion {
  return {
    object: value,
    version,
    ...(prefix.length === 0 ? { text: document.text } : {}),
    ...(old === undefined ? {} : { old: old.value }),
  };
}

function answerText(
  path: string,
  { ref }: KubernetesObject,
  reply: CheckReply | undefined,
): { readonly text: string; readonly refused: boolean } {
  const name = plainLine(`${path}: ${ref.kind}/${ref.name}`);
  if (reply === undefined || !reply.supported)
    return { text: `${name}: not a kind that is checked\n`, refused: false };
  const problems = [...reply.decoding, ...reply.errors];
  const lines = [...problems.map(problemLine('refused')), ...reply.warnings.map(problemLine('warning'))];
  const verdict = problems.length === 0 ? 'accepted' : `refused, ${count(problems.length, 'problem')}`;
  return {
    text: [`${name}: ${verdict}`, ...lines].map((line) => `${line}\n`).join(''),
    refused: problems.length > 0,
  };
}

function problemLine(word: string): (problem: Problem) => string {
  return ({ type, field, detail }) =>
    `  ${word}: ${field === '' ? '' : `${plainLine(field)}: `}${plainLine(detail)} (${type})`;
}
