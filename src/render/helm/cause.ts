import type { HelmRenderResult, RenderedDocument } from '../../engines/helm.ts';
import type { LineReads } from '../../engines/helm-reads.ts';
import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import type { Proof } from '../../manifest/manifest.ts';
import { type KubernetesObject, objectsOf } from '../../manifest/objects.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import type { Location, RevisionSide } from '../../text/location.ts';
import { byText } from '../../text/order.ts';
import type { Again, Alteration } from './cause-again.ts';
import { type Candidate, Candidates, type Field } from './cause-candidates.ts';
import { allowedWords } from './cause-values.ts';

/** One rendered object that a field is asked of. */
export interface Rendered {
  readonly object: KubernetesObject;
  /** Place of its document among all of the render. */
  readonly index: number;
  readonly source: string;
  readonly revision: RevisionSide;
  readonly limits: Limits;
  /** Whether a line may hold what the condition around it made its dot. */
  readonly printsDot: (line: number) => boolean;
}

export type Outcome =
  | { readonly kind: 'proved'; readonly location: Location }
  /** `refuted`: lines whose value was altered, and the field stayed as it was. */
  | { readonly kind: 'unproved'; readonly refuted: readonly Location[] };

/** Values that are tried for one field. */
const maxTried = 10;

/** What has no word in common with an absent field is tried only where the change touched it. */
const maxUnlike = 2;

/** Looks for the value that caused a field, and proves it by rendering once more with that value altered. */
export async function causeOf(
  path: FieldPath,
  rendered: Rendered,
  again: Again,
  proof: Proof,
): Promise<Outcome> {
  const refuted: Location[] = [];
  const candidates = await candidatesFor(path, rendered, again, proof);
  for (const candidate of candidates.slice(0, maxTried)) {
    const verdict = await tried(candidate, path, rendered, again, proof.take);
    if (verdict === 'changes') return { kind: 'proved', location: candidate.location };
    if (verdict === 'stays') refuted.push(candidate.location);
  }
  return { kind: 'unproved', refuted };
}

async function candidatesFor(
  path: FieldPath,
  rendered: Rendered,
  again: Again,
  proof: Proof,
): Promise<readonly Candidate[]> {
  const { object, index, revision } = rendered;
  const reads = (await again.reads())?.documents[index]?.reads;
  if (!reads) return [];
  const places = object.document.locateAlong([...object.prefix, ...path]).slice(object.prefix.length);
  const depth = places.length - 1;
  const at = places.at(-1)?.startLine;
  if (at === undefined) return [];
  const field: Field = { path, depth, value: valueAt(object.value, path) };
  const candidates = new Candidates(again.sources, revision, field);
  const next = lineAfter(object, path.slice(0, depth));
  const all =
    depth < path.length
      ? candidates
          .ofAbsence([...reads.between(at - 1, next), ...reads.line(at - 1).around])
          .filter(({ rank, location }) => rank < maxUnlike || proof.isChanged(location))
      : present(
          candidates,
          field,
          reads.line(at - 1),
          () => reads.between(at - 1, next),
          rendered.printsDot(at - 1),
          proof,
        );
  return inOrder(all, proof);
}

function present(
  candidates: Candidates,
  { value }: Field,
  line: LineReads,
  block: () => LineReads['own'],
  printsDot: boolean,
  { isChanged }: Proof,
): readonly Candidate[] {
  const isBlock = value !== null && typeof value === 'object';
  const own = [
    ...line.own,
    ...(printsDot ? line.around : []),
    ...(isBlock ? block() : []),
    ...(isBlock ? line.around : []),
  ];
  const direct = candidates.ofLine({ own });
  // The template's own text is the cause of what it says, unless the change altered what decides that it is said.
  const deciding = candidates.ofConditions(line.around).filter(({ location }) => isChanged(location));
  return [...direct, ...deciding];
}

/** Lines that the change touched first, then the most specific. */
function inOrder(candidates: readonly Candidate[], { isChanged }: Proof): readonly Candidate[] {
  const key = ({ location: { path, startLine, startColumn } }: Candidate) =>
    `${path}:${startLine}:${startColumn}`;
  const sorted = [...candidates].sort(
    (a, b) =>
      Number(isChanged(b.location)) - Number(isChanged(a.location)) ||
      a.rank - b.rank ||
      byText(a.location.path, b.location.path) ||
      a.location.startLine - b.location.startLine,
  );
  const seen = new Set<string>();
  return sorted.filter((each) => !seen.has(key(each)) && seen.add(key(each)));
}

/** The line (from 0) on which what follows a field begins. */
function lineAfter({ document, prefix }: KubernetesObject, path: FieldPath): number {
  const start = document.locate([...prefix, ...path])?.startLine ?? 1;
  const lines = document.text.split('\n');
  const first = start - document.startLine;
  const indent = indentOf(lines[first] ?? '');
  const isItem = (line: string) => line.trimStart().startsWith('- ');
  const after = lines.findIndex((line, index) => {
    if (index <= first || line.trim() === '' || line.trimStart().startsWith('#')) return false;
    if (isItem(lines[first]!) || !isItem(line)) return indentOf(line) <= indent;
    return indentOf(line) < indent;
  });
  return path.length === 0 || after < 0 ? lines.length : after + document.startLine - 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

type Verdict = 'changes' | 'stays' | 'unknown';

async function tried(
  { alterations, decides }: Candidate,
  path: FieldPath,
  rendered: Rendered,
  again: Again,
  take: () => boolean,
): Promise<Verdict> {
  let verdict: Verdict = 'unknown';
  const queue: Alteration[] = [...alterations.slice(0, 2)];
  for (const alteration of queue) {
    const result = await again.altered(alteration, take);
    if (result === null) return verdict;
    if ('error' in result) {
      if (queue.length <= 2)
        for (const value of allowedWords(result.error.message, originalOf(alteration)))
          queue.push({ ...alteration, value });
      continue;
    }
    const change = compared(result, path, rendered, decides);
    if (change === 'changes') return 'changes';
    verdict = change;
  }
  return verdict;
}

/** The words of an error are looked for where a text was altered. */
function originalOf(alteration: Alteration): unknown {
  return 'place' in alteration ? alteration.place.value : null;
}

function compared(
  { documents }: Extract<HelmRenderResult, { documents: unknown }>,
  path: FieldPath,
  rendered: Rendered,
  decides: boolean,
): Verdict {
  const other = sameObject(rendered, documents);
  if (other === null) return decides ? 'unknown' : 'stays';
  const [before, after] = followed(rendered.object.value, other.value, path);
  if (after === gone) return decides ? 'changes' : 'stays';
  return JSON.stringify(before) === JSON.stringify(after) ? 'stays' : 'changes';
}

const gone = Symbol('gone');

/** Both values of a field; an item of a list that has a name is found by it. */
function followed(before: unknown, after: unknown, path: FieldPath): readonly [unknown, unknown] {
  let [a, b] = [before, after];
  for (const [index, step] of path.entries()) {
    const [next, name] = [valueAt(a, [step]), valueAt(a, [step, 'name'])];
    const isOwnName = index === path.length - 2 && path.at(-1) === 'name';
    if (typeof step === 'number' && typeof name === 'string' && !isOwnName) {
      b = Array.isArray(b) ? b.find((item: unknown) => valueAt(item, ['name']) === name) : undefined;
      if (b === undefined) return [next, gone];
    } else b = valueAt(b, [step]);
    a = next;
  }
  return [a, b];
}

/** The object by its name; where the value named it, the only one of its kind that its template renders. */
function sameObject(
  { object: { ref }, source, limits }: Rendered,
  documents: readonly RenderedDocument[],
): KubernetesObject | null {
  const objectsIn = ({ text }: RenderedDocument) => parseStream(text, limits).documents.flatMap(objectsOf);
  const isSame = ({ ref: other }: KubernetesObject) =>
    other.kind === ref.kind && other.name === ref.name && other.namespace === ref.namespace;
  const own = documents.filter((document) => document.source === source);
  const others = documents.filter((document) => document.source !== source);
  for (const document of [...own, ...others]) {
    const found = document.text.includes(ref.name) ? objectsIn(document).find(isSame) : undefined;
    if (found !== undefined) return found;
  }
  const [only, ...more] = own.flatMap(objectsIn).filter(({ ref: { kind } }) => kind === ref.kind);
  return only !== undefined && more.length === 0 ? only : null;
}
