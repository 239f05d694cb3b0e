import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { folderOf, foldersUp, normalized } from '../paths.ts';
import type { GitOpsContext } from './context.ts';

/**
 * The file that a kustomization beside or above an object puts in a ConfigMap under a key (`configMapGenerator`). Its
 * hash suffix is no matter: Kustomize puts it into the reference too.
 */
export function valuesFromKustomize(
  name: string,
  key: string,
  path: string,
  { layout, kustomizations }: GitOpsContext,
): string | null {
  for (const folder of foldersUp(folderOf(path))) {
    const generators = valueAt(kustomizations.get(folder), ['configMapGenerator']);
    const own = Array.isArray(generators)
      ? generators.filter(isMap).filter((each) => each.name === name)
      : [];
    const files = own.flatMap((each) => (Array.isArray(each.files) ? each.files.map(String) : []));
    for (const file of files) {
      const [, stated, source] = /^(?:([^=]+)=)?(.+)$/s.exec(file) ?? [];
      const target = normalized(`${folder}/${source ?? ''}`);
      const named = stated ?? (source ?? '').split('/').at(-1);
      if (named === key && target !== null && layout.entry(target) !== undefined) return target;
    }
  }
  return null;
}
