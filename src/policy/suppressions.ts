import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { type Inventory, workloadIn } from '../resources/inventory.ts';
import { identityOf, type Resource } from '../resources/resource.ts';
import type { IgnoreComment } from '../text/ignore-comments.ts';
import { nearest } from '../text/nearest.ts';
import { parseAnnotation, parseComment, type Words } from './suppression-syntax.ts';

/** Somebody's word that one rule may stay silent: a comment above a line, or an annotation. */
export interface Directive extends Omit<Words, 'ruleIds'> {
  readonly ruleId: string;
  readonly path: string | null;
  readonly line: number | null;
  /** Same text at the same place, whatever its line: the same directive at base and head. */
  readonly key: string;
}

export const ignoreAnnotation = 'lifecycle-review/ignore';

function directivesOf(
  words: Words,
  known: readonly string[],
  at: Pick<Directive, 'path' | 'line'> & { readonly place: string },
): readonly Directive[] {
  const { ruleIds, owner, expires, reason, problem } = words;
  return (ruleIds.length === 0 ? [''] : ruleIds).map((ruleId) => ({
    ruleId,
    owner,
    expires,
    reason,
    problem: problem ?? unknownRule(ruleId, known),
    path: at.path,
    line: at.line,
    key: JSON.stringify([at.place, ruleId, owner, expires, reason]),
  }));
}

function unknownRule(ruleId: string, known: readonly string[]): string | null {
  if (known.includes(ruleId)) return null;
  const near = nearest(ruleId, known);
  return `there is no such rule${near === null ? '' : `: did you mean \`${near}\`?`}`;
}

/** What a render's comments and annotations accept. */
export class Directives {
  readonly all: readonly Directive[];
  readonly #byLine: ReadonlyMap<string, readonly Directive[]>;
  readonly #byResource: ReadonlyMap<Resource, readonly Directive[]>;

  constructor(comments: readonly IgnoreComment[], inventory: Inventory, known: readonly string[]) {
    const commented = comments.map((comment) => ({
      at: lineKey(comment.path, comment.covers),
      directives: directivesOf(parseComment(comment.text), known, { ...comment, place: comment.path }),
    }));
    const annotated = inventory.resources.flatMap((resource) => {
      const directives = annotationsOf(resource, inventory, known);
      return directives.length === 0 ? [] : [{ resource, directives }];
    });
    this.all = [...commented, ...annotated].flatMap(({ directives }) => directives);
    this.#byLine = collect(commented.map(({ at, directives }) => [at, directives]));
    this.#byResource = new Map(annotated.map(({ resource, directives }) => [resource, directives]));
  }

  /** The directives that speak of a rule at a field, whether they hold or not. */
  at(ruleId: string, resource: Resource, path: FieldPath): readonly Directive[] {
    if (this.all.length === 0) return [];
    const lines = this.#byLine.size === 0 ? [] : resource.manifest.linesOf(path);
    const all = [
      ...lines.flatMap(({ path: file, line }) => this.#byLine.get(lineKey(file, line)) ?? []),
      ...(this.#byResource.get(resource) ?? []),
    ];
    return all.filter((directive) => directive.ruleId === ruleId && directive.problem === null);
  }
}

function lineKey(path: string, line: number): string {
  return `${line} ${path}`;
}

function collect(
  entries: readonly (readonly [string, readonly Directive[]])[],
): ReadonlyMap<string, readonly Directive[]> {
  const collected = new Map<string, readonly Directive[]>();
  for (const [key, directives] of entries) collected.set(key, [...(collected.get(key) ?? []), ...directives]);
  return collected;
}

/** Annotations of the object, and of its pod template. */
function annotationsOf(
  resource: Resource,
  inventory: Inventory,
  known: readonly string[],
): readonly Directive[] {
  if (!resource.manifest.text.includes(ignoreAnnotation)) return [];
  const template = workloadIn(inventory, resource)?.templatePath ?? [];
  const places = [
    ['metadata', 'annotations'],
    ...(template.length > 0 ? [[...template, 'metadata', 'annotations']] : []),
  ];
  return places.flatMap((place) => {
    const annotations = valueAt(resource.manifest.value, place);
    const text = isMap(annotations) ? annotations[ignoreAnnotation] : undefined;
    if (typeof text !== 'string') return [];
    const location = resource.manifest.locate([...place, ignoreAnnotation]);
    const at = {
      path: location?.path ?? null,
      line: location?.startLine ?? null,
      place: identityOf(resource),
    };
    return parseAnnotation(text).flatMap((words) => directivesOf(words, known, at));
  });
}
