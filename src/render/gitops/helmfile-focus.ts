import { folderOf, normalized, relativeTo } from '../paths.ts';

/** What a review looks at: changed files, and names of charts that are rendered in any case. */
export interface Focus {
  readonly changed: ReadonlySet<string>;
  readonly charts: ReadonlySet<string>;
}

/**
 * Whether a helmfile can have to do with what a review looks at, by its text alone: it stands above a changed file, names
 * one (templates stand for any text), or holds the name of a chart. Helmfiles are many, and evaluating one costs.
 */
export function isInFocus(path: string, text: string, { changed, charts }: Focus): boolean {
  const folder = folderOf(path);
  for (const each of changed)
    if (each === path || (folder !== '.' && relativeTo(folder, each) !== null)) return true;
  for (const name of charts) if (text.includes(name)) return true;
  const patterns = namedPatterns(path, text);
  return [...changed].some((each) => patterns.some((pattern) => pattern.test(each)));
}

/** Files that a helmfile names, as patterns of their paths in the repository. */
export function namedPatterns(path: string, text: string): readonly RegExp[] {
  const plain = text.replace(/\{\{`[^`]*`\}\}|\{\{.*?\}\}/gs, '*');
  const names = new Set(plain.match(/[\w@.*/-]+\.(ya?ml|gotmpl|json)\b/g) ?? []);
  return [...names].flatMap((name) => {
    const target = name.startsWith('/') ? null : normalized(`${folderOf(path)}/${name}`);
    if (target === null) return [];
    return [new RegExp(`^${target.split(/\*+/).map(escaped).join('.*')}$`, 's')];
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
