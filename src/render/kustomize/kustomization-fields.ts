import { parse, stringify } from 'yaml';
import { isMap } from '../../manifest/is-map.ts';

/** Fields of a kustomization that take the place of the folder's own. */
export type KustomizationFields = Readonly<Record<string, unknown>>;

/** These fields as a kustomization of their own. */
export function fieldsText(fields: KustomizationFields): string {
  // Kustomize takes more words for true and false than YAML 1.2 does.
  return stringify(fields, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 });
}

/** A kustomization with more fields, as `kustomize edit` would leave it. One that cannot be read stays as it is. */
export function withFields(bytes: Uint8Array, fields: KustomizationFields): Uint8Array {
  const own = fieldsOf(new TextDecoder().decode(bytes));
  if (own === null) return bytes;
  // Kustomize reads keys in any case.
  const replaced = new Set(Object.keys(fields).map((name) => name.toLowerCase()));
  const left = Object.entries(own).filter(([name]) => !replaced.has(name.toLowerCase()));
  return new TextEncoder().encode(fieldsText({ ...Object.fromEntries(left), ...fields }));
}

function fieldsOf(text: string): KustomizationFields | null {
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    return isMap(value) ? value : null;
  } catch {
    return null;
  }
}
