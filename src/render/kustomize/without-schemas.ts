/** Bytes of a file from which on its schemas are worth looking for. */
const worthwhile = 10_000;

/** Below this key stands a schema. */
export const schemaKey = 'openAPIV3Schema';

const begin = new RegExp(`^(\\s+)${schemaKey}:\\s*$`);
const blankOrComment = /^\s*(#|$)/;

/**
 * A file of objects without the schemas of its CustomResourceDefinitions, on as many lines. What operators install is
 * mostly schemas: no rule reads them, and Kustomize takes seconds over each megabyte. Null where nothing is left out.
 */
export function withoutSchemas(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < worthwhile) return null;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (!text.includes(`${schemaKey}:`)) return null;
  const lines = text.split('\n');
  let left = false;
  for (const [from, to] of documentsOf(lines)) {
    if (lines.slice(from, to).some((line) => /^kind:\s*CustomResourceDefinition\s*$/.test(line)))
      left = blank(lines, from, to) || left;
  }
  return left ? new TextEncoder().encode(lines.join('\n')) : null;
}

/** Where each document begins and ends among the lines. */
function documentsOf(lines: readonly string[]): readonly (readonly [number, number])[] {
  const starts = lines.flatMap((line, index) => (line.startsWith('---') ? [index] : []));
  return [0, ...starts].map((from, index) => [from, starts[index] ?? lines.length]);
}

/** Empties the lines below each schema's key and says whether there was one. */
function blank(lines: string[], from: number, to: number): boolean {
  let found = false;
  let depth = Number.POSITIVE_INFINITY;
  for (let at = from; at < to; at++) {
    const line = lines[at]!;
    if (blankOrComment.test(line) || indentOf(line) > depth) {
      if (depth !== Number.POSITIVE_INFINITY) lines[at] = '';
      continue;
    }
    const schema = begin.exec(line);
    depth = schema === null ? Number.POSITIVE_INFINITY : schema[1]!.length;
    if (schema === null) continue;
    lines[at] = `${schema[1]}${schemaKey}: {}`;
    found = true;
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
