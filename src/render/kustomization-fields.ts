import { parse, stringify } from 'yaml';
import { isMap } from '../manifest/is-map.ts';

/** Fields of a kustomization. Lists are added to those of the folder's own, anything else takes their place. */
export type KustomizationFields = Readonly<Record<string, unknown>>;

/** These fields as a kustomization of their own. */
export function fieldsText(fields: KustomizationFields): string {
  return stringify(fields);
}

/** A kustomization with more fields, as `kustomize edit` would leave it. One that cannot be read stays as it is. */
export function withFields(bytes: Uint8Array, fields: KustomizationFields): Uint8Array {
  const own = fieldsOf(new TextDecoder().decode(bytes));
  if (own === null) return bytes;
  const merged = Object.entries(fields).map(([name, value]): [string, unknown] => {
    const mine = Object.hasOwn(own, name) ? own[name] : undefined;
    return [name, Array.isArray(mine) && Array.isArray(value) ? [...mine, ...value] : value];
  });
  return new TextEncoder().encode(stringify({ ...own, ...Object.fromEntries(merged) }));
}

function fieldsOf(text: string): KustomizationFields | null {
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    return isMap(value) ? value : null;
  } catch {
    return null;
  }
}
