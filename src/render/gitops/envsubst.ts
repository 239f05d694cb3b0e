import { isMap } from '../../manifest/is-map.ts';
import { resolvePlain } from '../../manifest/scalar.ts';

/** What a variable holds: a text, nothing at all, or what only the cluster knows. */
export type Variable = string | null | 'unknown-variable';

export const unknownVariable = 'unknown-variable';

/** `${name}`, `${name:=default}` and their relatives; `$${` stands for itself. */
const expression = /\$\$\{|\$\{([A-Za-z_]\w*)(?:(:?[-=])([^{}$]*))?\}/g;

/**
 * A text with its variables put in as Flux does it (drone/envsubst). What is unknown, and every other form that the
 * language has, stays as written: a placeholder. `kept`: so does a name without a value.
 */
export function substituteText(
  text: string,
  held: (name: string) => Variable,
  missing: 'empty' | 'kept' = 'empty',
): string {
  return text.replace(expression, (whole, name?: string, sign?: string, fallback?: string) => {
    if (name === undefined) return '${';
    const value = held(name);
    if (value === unknownVariable) return whole;
    if (sign === undefined) return value ?? (missing === 'kept' ? whole : '');
    const isUsed = sign.startsWith(':') ? value === null || value === '' : value === null;
    return isUsed ? (fallback ?? '') : (value ?? '');
  });
}

/** A decoded value with its variables put in. Flux writes it as YAML first, so that `"${x}"` may become a number. */
export function substituteValue(value: unknown, held: (name: string) => Variable): unknown {
  if (typeof value === 'string') {
    if (!value.includes('${')) return value;
    const text = substituteText(value, held);
    return text !== value && /^\$\{[^{}]*\}$/.test(value) ? resolvePlain(text) : text;
  }
  if (Array.isArray(value)) return value.map((item) => substituteValue(item, held));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [substituteText(key, held), substituteValue(item, held)]),
  );
}
