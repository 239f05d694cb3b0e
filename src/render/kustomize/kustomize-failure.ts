import type { KustomizeError } from '../../engines/kustomize.ts';
import { cutAt } from '../../text/escape.ts';
import type { Trouble } from '../helm/release.ts';
import { folderOf, joined, normalized } from '../paths.ts';
import type { Kustomizations } from './kustomizations.ts';
import { lineOfStep } from './kustomize-steps.ts';
import type { Sources } from './sources.ts';

type Place = Pick<Trouble, 'path' | 'line'>;

/** Where a failure is mended: the line that cannot be read, else the entry that names what is wrong. */
export function errorPlace(
  folder: string,
  { message, file, line, step }: KustomizeError,
  sources: Sources,
  kustomizations: Kustomizations,
): Place {
  const inside = /in File: (\S+)$/.exec(message.trimEnd())?.[1];
  const malformed = inside === undefined ? null : normalized(`${file ?? folder}/${inside}`);
  if (malformed !== null && sources.text(malformed) !== null)
    return { path: malformed, line: isOneDocument(malformed, sources) ? line : null };
  const reading = kustomizations.get(file ?? folder) ?? kustomizations.get(folder);
  if (reading !== undefined && message.includes('invalid Kustomization')) {
    const unknown = /unknown field "([^"]*)"/.exec(message)?.[1];
    const field = unknown === undefined ? null : (reading.document?.locate([unknown]) ?? null);
    return { path: reading.path, line: field?.exact ? field.startLine : line };
  }
  const named = file === null ? null : referenceTo(file, folder, kustomizations);
  if (named !== null) return named;
  if (step !== null) return { path: step.file, line: lineOfStep(step, sources) };
  return { path: reading?.path ?? joined(folder, 'kustomization.yaml'), line: null };
}

/** A stream's later documents are counted anew. */
function isOneDocument(path: string, sources: Sources): boolean {
  return !/^---/m.test((sources.text(path) ?? '').trimStart().slice(3));
}

/** The entry of the innermost kustomization that names a file or folder. */
function referenceTo(target: string, folder: string, kustomizations: Kustomizations): Place | null {
  for (const each of [...kustomizations.reach(folder).folders].reverse()) {
    const kustomization = kustomizations.get(each);
    const reference = kustomization?.references.find(({ text }) => {
      return normalized(`${folderOf(kustomization.path)}/${text}`) === target;
    });
    if (kustomization === undefined || reference === undefined) continue;
    return {
      path: kustomization.path,
      line: kustomization.document?.locate(reference.field)?.startLine ?? null,
    };
  }
  return null;
}

/** Kustomize's own words in one line, without the way that led there, and without what it prints of patches and secrets. */
export function buildSentence(message: string): string {
  const words = message
    .replace(/ with config: `[\s\S]*?`:/g, ':')
    .replace(/\[patch: "[\s\S]*?"\](?=$|:|\s)/g, 'the patch')
    .replace(/literal sources [\s\S]*$/, 'a literal is not written key=value')
    .replace(/(has invalid utf8 bytes) [\s\S]*$/, '$1')
    .replace(/`[^`]*`/g, '…')
    // Addresses in memory, and identities as Go prints them.
    .replace(/ &\{0x[^{}]*\}/g, '')
    .replace(/resid\.ResId\{Gvk:[^{}]*\{[^{}]*Kind:"(\w*)"[^{}]*\}, Name:"([^"{}]*)"[^{}]*\}/g, '$1/$2')
    .replace(/(&?[\w.]+\{|map\[)[\s\S]*$/, '…')
    // The root of the repository is the root of what Kustomize sees.
    .replace(/'\/(?=[^'\s])/g, "'");
  const text = innermost(words).replace(/\s+/g, ' ').trim();
  return text.length > 300 ? `${cutAt(text, 299)}…` : text;
}

const frames = [
  /^accumulating resources: (?=accumul)/,
  /^accumulation err='accumulating resources from '[^']*': '[^']*' must resolve to a file': /,
  /^(recursed accumulation of|couldn't make target for|recursed merging from) path '[^']*': /,
];

/** A resource that is neither a file nor a folder fails twice; the first failure is the file's. */
const asFile = /^accumulation err='([\s\S]*)': must build at directory: [\s\S]*$/;

function innermost(message: string): string {
  for (const frame of [...frames, asFile]) {
    const shorter = frame === asFile ? message.replace(frame, '$1') : message.replace(frame, '');
    if (shorter !== message && shorter !== '') return innermost(shorter);
  }
  return message;
}
