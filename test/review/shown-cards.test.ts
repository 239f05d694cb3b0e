import { expect, test } from 'vitest';
import { fewCards } from '../../src/review/shown-cards.ts';
import { noPaint, reviewText } from '../../src/review/text.ts';
import { card, report } from './support.ts';

const where = (...workloads: Parameters<typeof card>[0][]) =>
  fewCards(report({ workloads: workloads.map(card) })).cards.map((shown) => shown.where);

const other = {
  base: null,
  head: { gracePeriod: { atLeast: 90, atMost: 90, unit: 'seconds', from: 'spec' } },
} as const;

test('a card says no more of its place than tells it from the others', () => {
  expect(where({})).toEqual(['']);
  expect(where({}, { valuesSets: ['values-prod.yaml'] })).toEqual(['']);
  expect(where({}, { unit: 'helm:charts/web', timeline: other })).toEqual([
    'in `raw:deploy`',
    'in `helm:charts/web`',
  ]);
  expect(where({}, { valuesSets: ['values-prod.yaml'], timeline: other })).toEqual([
    'with the defaults',
    'with `values-prod.yaml`',
  ]);
  expect(
    where({}, { valuesSets: ['values-prod.yaml'], timeline: other }, { unit: 'helm:charts/web' }),
  ).toEqual([
    'in `raw:deploy` with the defaults and 1 other unit',
    'in `raw:deploy` with `values-prod.yaml`',
  ]);
});

test('what several units show alike is one card', () => {
  expect(where({}, { unit: 'kustomize:a' }, { unit: 'kustomize:b' })).toEqual([
    'in `raw:deploy` and 2 other units',
  ]);
  expect(where({}, { unit: 'kustomize:a' }, { unit: 'kustomize:b', timeline: other })).toEqual([
    'in `raw:deploy` and 1 other unit',
    'in `kustomize:b`',
  ]);
});

test('twenty cards are shown, the others counted', () => {
  const named = (count: number) =>
    report({
      workloads: Array.from({ length: count }, (_, index) =>
        card({ object: { ...card().object, name: `web-${index}` } }),
      ),
    });
  expect(fewCards(named(20))).toMatchObject({ cards: { length: 20 }, more: 0 });
  expect(fewCards(named(21))).toMatchObject({ cards: { length: 20 }, more: 1 });
  expect(reviewText(named(20), noPaint)).not.toContain('in the report');
  expect(reviewText(named(21), noPaint)).toContain('\n\n1 more card is in the report (`--format json`).\n\n');
});
