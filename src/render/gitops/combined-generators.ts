import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import type { Generate, Generator, GeneratorAt, ParameterSets } from './generator.ts';
import { interpolated } from './interpolated.ts';
import { combined, type ParameterSet } from './parameters.ts';

/** The generators within one, where they stand. */
function childrenOf(generator: Generator, isMultiplied: boolean): readonly GeneratorAt[] {
  const { kind, at, value } = generator;
  const listed = valueAt(value, [kind, 'generators']);
  return (Array.isArray(listed) ? listed : []).map((child: unknown, index) => {
    return {
      ...generator,
      at: [...at, kind, 'generators', index],
      value: child,
      isMultiplied,
      depth: generator.depth + 1,
    };
  });
}

/**
 * Every set of the first generator with every set of the second, which may name parameters of the first.
 * https://github.com/argoproj/argo-cd/blob/master/applicationset/generators/matrix.go
 */
export async function fromMatrix(
  generator: Generator,
  context: GitOpsContext,
  generated: Generate,
): Promise<ParameterSets> {
  const [first, second, ...more] = childrenOf(generator, true);
  if (first === undefined || second === undefined || more.length > 0)
    return refused(generator, 'Its matrix has not two generators, and Argo CD refuses it.');
  const outer = await generated(first, context);
  if ('reason' in outer) return outer;
  const inner = await interpolated(second, outer.slice(0, mostReleases), context);
  if ('reason' in inner) return inner;
  const sets: ParameterSet[] = [];
  const known = new Map<GeneratorAt, ParameterSets>();
  for (const [index, a] of outer.slice(0, mostReleases).entries()) {
    const each = inner[index]!;
    const own = known.get(each) ?? (await generated(each, context));
    known.set(each, own);
    if ('reason' in own) return own;
    for (const b of own) {
      const key = generator.goTemplate ? null : conflict(a, b);
      if (key !== null)
        return refused(
          generator,
          `Both generators of its matrix give ${code(key)}, which Argo CD takes only where they agree.`,
        );
      sets.push(combined(b, a));
    }
    if (sets.length > mostReleases) break;
  }
  return sets;
}

/** Without Go's templates both may not give another text under one name; what only the cluster knows is another one. */
function conflict(a: ParameterSet, b: ParameterSet): string | null {
  const isOther = (key: string) => Object.hasOwn(a.values, key) && a.values[key] !== b.values[key];
  const isHidden =
    ({ unknown }: ParameterSet) =>
    (key: string) =>
      unknown.includes(rootOf(key));
  const keys = [Object.keys(a.values), Object.keys(b.values)] as const;
  return keys[1].find((key) => isOther(key) || isHidden(a)(key)) ?? keys[0].find(isHidden(b)) ?? null;
}

/** `metadata` of `metadata.labels.env`. */
function rootOf(key: string): string {
  return key.replace(/[.[].*$/s, '');
}

/**
 * The sets of the first generator, each with those of the others that have the same keys on top.
 * https://github.com/argoproj/argo-cd/blob/master/applicationset/generators/merge.go
 */
export async function fromMerge(
  generator: Generator,
  context: GitOpsContext,
  generated: Generate,
): Promise<ParameterSets> {
  const listed = valueAt(generator.value, ['merge', 'mergeKeys']);
  const keys = [...new Set(Array.isArray(listed) ? listed.map(String) : [])].sort();
  const children = childrenOf(generator, false);
  if (keys.length === 0 || children.length < 2)
    return refused(generator, 'Its merge lacks keys or generators, and Argo CD refuses it.');
  const all: ReadonlyMap<string, ParameterSet>[] = [];
  for (const child of children) {
    const made = await generated(child, context);
    if ('reason' in made) return made;
    if (made.some(({ unknown }) => keys.some((key) => unknown.includes(rootOf(key)))))
      return refused(generator, 'Its merge goes by what only the cluster knows.');
    const byKey = new Map(made.map((set) => [keyOf(set, keys), set]));
    if (byKey.size < made.length)
      return refused(
        generator,
        'Its merge has two sets of parameters with the same keys, and Argo CD refuses it.',
      );
    all.push(byKey);
  }
  const [base, ...others] = all;
  return [...base!].map(([key, set]) => {
    const above = others.flatMap((other) => other.get(key) ?? []);
    return generator.goTemplate ? above.reduce(combined, set) : flatOver(set, above);
  });
}

/** Without Go's templates every parameter is a text of its own. */
function flatOver(below: ParameterSet, above: readonly ParameterSet[]): ParameterSet {
  return { ...below, values: Object.assign({}, below.values, ...above.map(({ values }) => values)) };
}

function keyOf({ values }: ParameterSet, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => (Object.hasOwn(values, key) ? values[key] : null)));
}

function refused({ unit, object, at, kind, value }: Generator, detail: string): NotChecked {
  return cannot(unit, object, isMap(value) ? [...at, kind] : at, 'unsupported', detail);
}
