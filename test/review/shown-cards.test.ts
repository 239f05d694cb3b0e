import { expect, test } from 'vitest';
import { shownCards } from '../../src/review/shown-cards.ts';
import { card, report } from './support.ts';

const where = (...workloads: Parameters<typeof card>[0][]) =>
  shownCards(report({ workloads: workloads.map(card) })).map((shown) => shown.where);

const other = {
  base: null,
  head: { gracePeriod: { atLeast: 90, atMost: 90, unit: 'seconds', from: 'spec' } },
} as const;

test('a card says no more of its place than tells it from the others', () => {
  expect(where({})).toEqual(['']);
  expect(where({}, { valuesSets: ['values-prod.yaml'] })).toEqual(['']);
  expect(where({}, { unit: 'helm:charts/web' })).toEqual(['in `raw:deploy`', 'in `helm:charts/web`']);
  expect(where({}, { valuesSets: ['values-prod.yaml'], timeline: other })).toEqual([
    'with the defaults',
    'with `values-prod.yaml`',
  ]);
  expect(
    where({}, { valuesSets: ['values-prod.yaml'], timeline: other }, { unit: 'helm:charts/web' }),
  ).toEqual([
    'in `raw:deploy` with the defaults',
    'in `raw:deploy` with `values-prod.yaml`',
    'in `helm:charts/web`',
  ]);
});
