import { valueAt } from '../../manifest/field-path.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import { substituteText, unknownVariable } from './envsubst.ts';
import type { KustomizeSource } from './release.ts';

const key = 'kustomize.toolkit.fluxcd.io/substitute';

/** What Flux puts into the text of each object after the build; null where it puts in nothing. */
export function postBuild(
  { variables, closed }: KustomizeSource,
  limits: Limits,
): ((text: string) => string) | null {
  // Flux leaves texts alone where it has no variable at all.
  if (variables === null || (closed && variables.size === 0)) return null;
  const held = (name: string) => variables.get(name) ?? (closed ? null : unknownVariable);
  const longest = Math.max(0, ...[...variables.values()].map(({ length }) => length));
  return (text) => {
    if (!text.includes('${')) return text;
    if (text.includes(key) && isDisabled(text, limits)) return text;
    // What would grow beyond what is read stays unknown.
    if (text.length + text.split('${').length * longest > limits.fileBytes) return text;
    return substituteText(text, held, 'kept');
  };
}

function isDisabled(text: string, limits: Limits): boolean {
  const value = parseStream(text, limits).documents[0]?.value;
  return ['labels', 'annotations'].some((each) => valueAt(value, ['metadata', each, key]) === 'disabled');
}

/** The only variable that a text holds; null where it holds none, or several. */
export function onlyVariableIn(text: string): string | null {
  const names = new Set([...text.matchAll(/\$\{([A-Za-z_]\w*)/g)].map(([, name]) => name!));
  return names.size === 1 ? [...names][0]! : null;
}
