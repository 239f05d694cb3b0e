import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { folderOf, foldersUp, normalized } from '../paths.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';

/**
 * The file that a kustomization beside or above an object puts in a ConfigMap under a key (`configMapGenerator`). Its
 * hash suffix is no matter: Kustomize puts it into the reference too.
 */
export function valuesFromKustomize(
  name: string,
  key: string,
  { path, built }: GitOpsObject,
  { layout, kustomizations }: GitOpsContext,
): string | null {
  const beside = built === undefined ? [] : [built.folder];
  for (const folder of [...beside, ...foldersUp(folderOf(path))]) {
    const generators = valueAt(kustomizations.get(folder), ['configMapGenerator']);
    const own = Array.isArray(generators)
      ? generators.filter(isMap).filter((each) => isNamed(name, String(each.name), built !== undefined))
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

/** Whether a reference means a generated map: a build puts the hash of what it holds behind its name. */
function isNamed(reference: string, name: string, isBuilt: boolean): boolean {
  if (reference === name) return true;
  return (
    isBuilt && reference.startsWith(`${name}-`) && /^[a-z0-9]{10}$/.test(reference.slice(name.length + 1))
  );
}
