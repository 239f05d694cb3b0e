import { type LabelSet, type Match, matchSelector, type Selector } from '../kubernetes/selectors.ts';
import { isPlaceholder, type ObjectRef } from '../manifest/manifest.ts';
import type { Resource } from './resource.ts';
import type { Workload } from './workload.ts';

/** An object's namespace against another's: an unset one is the release's, which may be any. */
export function sameNamespace(a: ObjectRef, b: ObjectRef): Match {
  if (isPlaceholder(a.namespace) || isPlaceholder(b.namespace)) return 'unknown';
  if (a.namespace === b.namespace) return 'yes';
  return a.namespace === null || b.namespace === null ? 'unknown' : 'no';
}

/** Whether a selector that stands in `from`'s namespace selects a workload's pods. */
export function selects(from: Resource, selector: Selector | 'unknown', workload: Workload): Match {
  const namespace = sameNamespace(from.ref, workload.resource.ref);
  if (namespace === 'no') return 'no';
  const labels = selector === 'unknown' ? 'unknown' : matchSelector(selector, workload.labels);
  if (labels === 'no') return 'no';
  return namespace === 'unknown' || labels === 'unknown' ? 'unknown' : 'yes';
}

/** Finds what may match by one label that it wants or has, so that a thousand workloads cost a thousand look-ups. */
export class LabelIndex<T> {
  readonly #byLabel = new Map<string, T[]>();
  /** Items that no label decides. */
  readonly #others: T[] = [];
  readonly #order = new Map<T, number>();

  /** `keys`: the labels of which one must be met; null where none needs to be. */
  add(item: T, keys: readonly string[] | null): void {
    this.#order.set(item, this.#order.size);
    if (keys === null) this.#others.push(item);
    for (const key of keys ?? []) {
      const items = this.#byLabel.get(key);
      if (items === undefined) this.#byLabel.set(key, [item]);
      else items.push(item);
    }
  }

  /** In the order in which they were added. */
  find(keys: readonly string[]): readonly T[] {
    const found = new Set([...this.#others, ...keys.flatMap((key) => this.#byLabel.get(key) ?? [])]);
    return [...found].sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }

  all(): readonly T[] {
    return [...this.#order.keys()];
  }
}

const separator = '\u0000';

/** Labels of one requirement, one of which a pod must have to be selected; null where any pod may be. */
export function keysWanted(selector: Selector | 'unknown'): readonly string[] | null {
  if (selector === 'unknown') return null;
  if (selector === null) return [];
  const [narrowest] = selector
    .filter(({ operator }) => operator === 'In')
    .sort((a, b) => a.values.length - b.values.length);
  return narrowest?.values.map((value) => narrowest.key + separator + value) ?? null;
}

/** The labels that pods have; null where some of them are unknown. */
export function keysOf({ labels, unknown, open }: LabelSet): readonly string[] | null {
  if (open || unknown.size > 0) return null;
  return Object.entries(labels).map(([key, value]) => key + separator + value);
}
