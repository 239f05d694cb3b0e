import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { longestScript } from './words.ts';

/** A piece of text and where it is written; the text is null where somebody else fills it in. */
export interface Written {
  readonly text: string | null;
  readonly path: FieldPath;
  /** `--name=`, where only the value is filled in by somebody else. */
  readonly head?: string;
}

export type Variables = ReadonlyMap<string, Written>;

/** The entries of a container's `env`, the last of each name. What `envFrom` brings is not known by name. */
export function variablesOf(workload: Workload, container: Container): Variables {
  const { value } = containerField(workload, container, 'env');
  const entries = Array.isArray(value) ? value : [];
  const variables = new Map<string, Written>();
  for (const [index, entry] of entries.entries()) {
    const name = valueAt(entry, ['name']);
    if (typeof name !== 'string') continue;
    const path = [...container.path, 'env', index];
    const text = valueAt(entry, ['value']);
    variables.set(name, isKnown(text) ? { text, path: [...path, 'value'] } : { text: null, path });
  }
  return variables;
}

/** As `variablesOf`, those whose value is written out. */
export function literalVariables(workload: Workload, container: Container): ReadonlyMap<string, string> {
  const known = [...variablesOf(workload, container)].flatMap(([name, { text }]) =>
    text === null ? [] : [[name, text] as const],
  );
  return new Map(known);
}

/** The items of a container's `command` or `args`. */
export function commandWords(
  workload: Workload,
  container: Container,
  name: 'command' | 'args',
): readonly Written[] {
  const field = containerField(workload, container, name);
  if (field.from === 'unknown') return [{ text: null, path: field.path }];
  const items = Array.isArray(field.value) ? field.value : [];
  return items.map((item, index) => {
    const path = [...field.path, index];
    return isKnown(item) ? { text: item, path } : unknownWord(String(item), path);
  });
}

/** `$(NAME)` is filled in by the kubelet. */
function isKnown(value: unknown): value is string {
  return typeof value === 'string' && !isPlaceholder(value) && !value.includes('$(');
}

/** A word of which `start` is known. */
export function unknownWord(start: string, path: FieldPath): Written {
  const head = /^--?[\w.-]+=/.exec(start)?.[0];
  return head === undefined ? { text: null, path } : { text: null, path, head };
}

/** Text as a shell splits it into words, for variables that programs read so (Python's shlex, the java launcher). */
export function splitWords({ text, path }: Written): readonly Written[] {
  if (text === null || text.length > longestScript) return [{ text: null, path }];
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => ({ text: word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'), path }));
}
