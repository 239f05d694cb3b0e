import { type KubernetesObject, objectsOf, quietObject } from '../../manifest/objects.ts';
import { type ParsedDocument, type ParseProblem, parseStream } from '../../manifest/parse.ts';
import { holdsToken, withUnknowns } from '../../manifest/unknown.ts';
import type { Limits } from '../../text/limits.ts';

/** What a rendered document holds. */
export interface DocumentObjects {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly ParseProblem[];
}

/** What was parsed in a run, by the text it was parsed from. */
export interface ParsedTexts {
  readonly objects: Map<string, DocumentObjects>;
  readonly limits: Limits;
}

/** The objects of a document's text, parsed once however many renders have it. */
export function objectsIn(text: string, { objects: known, limits }: ParsedTexts): DocumentObjects {
  let found = known.get(text);
  if (found === undefined) {
    const unsure = holdsToken(text);
    const quiet = unsure ? null : quietObject(text, limits);
    found = quiet === null ? parsedObjects(text, limits, unsure) : { objects: [quiet], problems: [] };
    known.set(text, found);
  }
  return found;
}

function parsedObjects(text: string, limits: Limits, unsure: boolean): DocumentObjects {
  const { documents, problems } = parseStream(text, limits);
  const known = unsure ? documents.map(opened) : documents;
  return { objects: known.flatMap(objectsOf), problems };
}

/** The document with its unknowns as such. */
function opened(document: ParsedDocument): ParsedDocument {
  const { index, text, startLine } = document;
  return {
    index,
    text,
    startLine,
    value: withUnknowns(document.value),
    locate: (path) => document.locate(path),
    locateAlong: (path) => document.locateAlong(path),
    textAt: (path) => document.textAt(path),
  };
}
