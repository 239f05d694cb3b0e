import { type Placed, selectorOf } from './related.ts';

/** Whether the names of what selects and of what is selected say that they belong together. */
export function isNamedAlike(selecting: Placed, selected: Placed): boolean {
  const [a, b] = [selecting.resource.ref.name, selected.resource.ref.name];
  if (extendsName(a, b) || extendsName(b, a)) return true;
  const selector = selectorOf(selecting.resource);
  const values = selector === 'unknown' ? [] : (selector ?? []).flatMap((each) => each.values);
  return values.some((value) => carries(a, value) && carries(b, value));
}

/** `web-budget` and `web`. */
function extendsName(longer: string, shorter: string): boolean {
  return longer === shorter || longer.startsWith(`${shorter}-`);
}

/** `web-budget`, `pdb-web` and `web` carry `web`. */
function carries(name: string, word: string): boolean {
  return word !== '' && (extendsName(name, word) || name.endsWith(`-${word}`));
}
