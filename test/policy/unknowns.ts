import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { prepareUnits } from '../../src/judging.ts';
import type { FieldPath } from '../../src/manifest/field-path.ts';
import { isMap } from '../../src/manifest/is-map.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { isOpen, unknownText } from '../../src/manifest/unknown.ts';
import { compareUnit, type UnitFinding } from '../../src/policy/compare.ts';
import { rules } from '../../src/policy/rules/index.ts';
import type { Render, RenderedUnit, UnitPair } from '../../src/render/unit.ts';
import { createChecker } from '../../src/resources/check.ts';
import { type JudgeInput, judgingOf, unitOf } from './support.ts';

/** One way of knowing less of a change. */
export interface Less {
  readonly what: string;
  readonly pair: UnitPair;
}

/** A finding that somebody knows less and says more, or something else. */
export interface Overclaim {
  readonly what: string;
  readonly finding: string;
}

const kubernetes = openEngine('kubernetes', { instances: 1 });

export function closeKubernetes(): Promise<void> {
  return kubernetes.close();
}

/** What is said of a change of which less is known, although it is not said of the whole change, or with other numbers. */
export async function overclaims(input: JudgeInput, chosen: (all: readonly Less[]) => readonly Less[]) {
  const whole: UnitPair = {
    id: 'raw:deploy',
    base: unitOf(input.base, 'base'),
    head: unitOf(input.head, 'head'),
  };
  const all = [...lessOf(whole)];
  const variants = chosen(all);
  const known = (await judged([{ what: '', pair: whole }], input))[0]!;
  const found = await judged(variants, input);
  return variants.flatMap(({ what }, index): Overclaim[] =>
    found[index]!.filter((finding) => !known.some((other) => isSame(finding, other))).map((finding) => ({
      what,
      finding: `${wordsOf(finding)} ${JSON.stringify(numbersOf(finding))}`,
    })),
  );
}

async function judged(variants: readonly Less[], input: JudgeInput): Promise<UnitFinding[][]> {
  const version = input.kubernetesVersion ?? engineKubernetesVersion;
  const checker = createChecker((questions) => checkObjects(kubernetes, questions), version);
  const units = await prepareUnits(
    variants.map(({ pair }) => pair),
    checker,
  );
  const judging = judgingOf({ ...input, kubernetesVersion: version, profile: 'eks-production' });
  return units.map(({ comparison }) =>
    compareUnit(rules, comparison, judging).findings.filter(
      ({ status, baseUnknown }) =>
        (status === 'introduced' && !baseUnknown) || status === 'worsened' || status === 'fixed',
    ),
  );
}

/** What is unknown of a container's name may be anything; a mistake made in several is told at the first in sight. */
function isSame(less: UnitFinding, whole: UnitFinding): boolean {
  const grouped = less.judgement.rule.category === 'kubernetes';
  const nameless = grouped || less.judgement.diagnostic.container?.includes(unknownText) === true;
  return wordsOf(less, nameless) === wordsOf(whole, nameless) && hasNumbers(whole, numbersOf(less));
}

function hasNumbers(
  { judgement: { diagnostic } }: UnitFinding,
  numbers: readonly [string, unknown][],
): boolean {
  return numbers.every(([name, value]) => diagnostic.data[name] === value);
}

/** Places are those in sight: fewer of them are no other claim. */
function numbersOf({ judgement: { diagnostic } }: UnitFinding): [string, unknown][] {
  return Object.entries(diagnostic.data).filter(
    ([name, value]) => typeof value === 'number' && name !== 'places',
  );
}

function wordsOf({ judgement: { rule, diagnostic }, status }: UnitFinding, nameless = false): string {
  const { kind } = diagnostic.at.resource.ref;
  return [
    rule.id,
    diagnostic.messageId,
    kind,
    nameless ? '' : (diagnostic.container ?? ''),
    status === 'fixed',
  ].join(' ');
}

/** Every leaf unknown, every map and list open with one of its entries gone, every object out of sight; on either side. */
function* lessOf(whole: UnitPair): Iterable<Less> {
  for (const side of ['base', 'head'] as const) {
    const unit = whole[side];
    const [render] = unit?.renders ?? [];
    if (unit == null || render === undefined) continue;
    const withManifests = (manifests: readonly Manifest[], state: Render['state']): UnitPair => ({
      ...whole,
      [side]: { ...unit, renders: [{ ...render, manifests, state, lenient: true }] } satisfies RenderedUnit,
    });
    for (const [index, manifest] of render.manifests.entries()) {
      const others = render.manifests.toSpliced(index, 1);
      const name = `${side} ${manifest.ref.kind}/${manifest.ref.name}`;
      yield { what: `${name} gone`, pair: withManifests(others, 'partial') };
      for (const { what, value } of lessOfValue(manifest.value, [])) {
        const changed = withValue(manifest, value as Manifest['value']);
        yield {
          what: `${name} ${what}`,
          pair: withManifests(render.manifests.with(index, changed), render.state),
        };
      }
    }
  }
}

function withValue(manifest: Manifest, value: Manifest['value']): Manifest {
  const { name, namespace } = (isMap(value.metadata) ? value.metadata : {}) as Record<string, unknown>;
  const text = (each: unknown) => (typeof each === 'string' ? each : null);
  const open = !isMap(value.metadata) || isOpen(value.metadata);
  const or = (key: string) =>
    open && (!isMap(value.metadata) || !Object.hasOwn(value.metadata, key)) ? unknownText : null;
  return {
    ...manifest,
    origin: manifest.origin,
    ref: {
      ...manifest.ref,
      name: text(name) ?? or('name') ?? '',
      namespace: text(namespace) ?? or('namespace'),
    },
    value,
    text: JSON.stringify(value),
    locate: () => null,
    linesOf: () => [],
  };
}

function* lessOfValue(value: unknown, path: FieldPath): Iterable<{ what: string; value: unknown }> {
  const at = path.join('.');
  if (path.length > 0) yield { what: `${at} unknown`, value: unknownText };
  if (Array.isArray(value)) {
    yield { what: `${at} open`, value: [...value, unknownText] };
    for (const [index, item] of value.entries()) {
      yield { what: `${at} without ${index}`, value: [...value.toSpliced(index, 1), unknownText] };
      for (const less of lessOfValue(item, [...path, index]))
        yield { ...less, value: value.with(index, less.value) };
    }
  } else if (isMap(value)) {
    yield { what: `${at} open`, value: { ...value, [unknownText]: unknownText } };
    for (const [key, item] of Object.entries(value)) {
      if (path.length === 0 && ['apiVersion', 'kind'].includes(key)) continue;
      const { [key]: _, ...rest } = value;
      yield { what: `${at} without ${key}`, value: { ...rest, [unknownText]: unknownText } };
      for (const less of lessOfValue(item, [...path, key]))
        yield { ...less, value: { ...value, [key]: less.value } };
    }
  }
}
