import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rollout, rolloutOf } from '../../src/lifecycle/rollout.ts';
import { workloadFrom } from './support.ts';

function rollout(kind: string, spec: object, pods: number, version?: string): Rollout | null {
  const [apiVersion, name] = kind.includes(' ') ? kind.split(' ') : ['apps/v1', kind];
  const template = { spec: { containers: [] } };
  return rolloutOf(
    workloadFrom(JSON.stringify({ apiVersion, kind: name, spec: { ...spec, template } })),
    pods,
    version,
  );
}

const numbers = (of: Rollout | null): unknown =>
  of && [of.surge, of.unavailable, of.lowestAvailable, of.highest, of.waves];
const rolling = (maxSurge: unknown, maxUnavailable: unknown): object => ({
  strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
});
const sets = (rollingUpdate: object, type = 'RollingUpdate'): object => ({
  updateStrategy: { type, rollingUpdate },
});
const canary = (fields: object): object => ({ strategy: { canary: fields } });
const argo = 'argoproj.io/v1alpha1 Rollout';
const clones = 'apps.kruise.io/v1alpha1 CloneSet';

describe('surge, unavailable, lowest, highest, waves', () => {
  test.each<[string, string, object, number, unknown]>([
    ['Deployment, nothing written', 'Deployment', {}, 3, [1, 0, 3, 4, 3]],
    ['of 1', 'Deployment', {}, 1, [1, 0, 1, 2, 1]],
    ['of 4: 25 % is one whole pod', 'Deployment', {}, 4, [1, 1, 3, 5, 2]],
    ['of 0', 'Deployment', {}, 0, [0, 0, 0, 0, 0]],
    ['both come to 0: one is taken', 'Deployment', rolling('0%', '25%'), 3, [0, 1, 2, 3, 3]],
    ['whole numbers', 'Deployment', rolling(2, 1), 3, [2, 1, 2, 5, 1]],
    ['more than there are', 'Deployment', rolling(0, 5), 3, [0, 3, 0, 3, 1]],
    ['Recreate', 'Deployment', { strategy: { type: 'Recreate' } }, 3, [0, 3, 0, 3, 1]],
    ['StatefulSet, nothing written', 'StatefulSet', {}, 3, [0, 1, 2, 3, 3]],
    ['StatefulSet, partition 0', 'StatefulSet', sets({ partition: 0 }), 3, [0, 1, 2, 3, 3]],
    ['DaemonSet, nothing written', 'DaemonSet', {}, 10, [0, 1, 9, 10, 10]],
    ['DaemonSet, rounded up', 'DaemonSet', sets({ maxUnavailable: '25%' }), 10, [0, 3, 7, 10, 4]],
    [
      'DaemonSet that surges',
      'DaemonSet',
      sets({ maxSurge: '10%', maxUnavailable: 0 }),
      15,
      [2, 0, 15, 17, 8],
    ],
    ['Rollout, canary', argo, canary({}), 3, [1, 0, 3, 4, 3]],
    ['Rollout, canary with limits', argo, canary({ maxSurge: 0, maxUnavailable: '50%' }), 5, [0, 2, 3, 5, 3]],
    ['Rollout, blue-green', argo, { strategy: { blueGreen: {} } }, 3, [3, 0, 3, 6, 1]],
    ['CloneSet, nothing written: up', clones, {}, 6, [0, 2, 4, 6, 3]],
    ['CloneSet that surges: down', clones, { updateStrategy: { maxSurge: 1 } }, 6, [1, 1, 5, 7, 3]],
  ])('%s', (_, kind, spec, pods, expected) => expect(numbers(rollout(kind, spec, pods))).toEqual(expected));
});

describe('unknown', () => {
  test.each<[string, string, object]>([
    ['a placeholder for maxUnavailable', 'Deployment', rolling(1, '@@MAX@@')],
    ['a placeholder for maxSurge', 'Deployment', rolling('@@SURGE@@', 0)],
    ['a placeholder for the strategy', 'Deployment', { strategy: '@@STRATEGY@@' }],
    ['no number', 'Deployment', rolling(1, 'half')],
    ['a negative number, which Kubernetes refuses', 'Deployment', rolling(1, -1)],
    ['an older version with other defaults', 'extensions/v1beta1 Deployment', {}],
    ['OnDelete', 'StatefulSet', { updateStrategy: { type: 'OnDelete' } }],
    ['OnDelete', 'DaemonSet', { updateStrategy: { type: 'OnDelete' } }],
    ['a partition', 'StatefulSet', sets({ partition: 2 })],
    ['a partition', clones, { updateStrategy: { partition: '50%' } }],
    ['a traffic router', argo, canary({ trafficRouting: { alb: {} } })],
    ['two strategies', argo, { strategy: { canary: {}, blueGreen: {} } }],
    ['no strategy', argo, {}],
    ['a kind without updates', 'ReplicaSet', {}],
  ])('%s: %s', (_, kind, spec) => expect(rollout(kind, spec, 5)).toBeNull());
});

test.each([
  ['1.34', 1],
  ['1.35', null],
  ['1.36', 1],
  ['1.37', 3],
  [undefined, null],
])('maxUnavailable of a StatefulSet in Kubernetes %s', (version, expected) => {
  const written = rollout('StatefulSet', sets({ maxUnavailable: 3 }), 5, version);
  expect(written?.unavailable ?? null).toBe(expected);
  expect(rollout('StatefulSet', sets({ maxUnavailable: 1 }), 5, version)?.unavailable).toBe(1);
});

test('says which field decides, and its sum', () => {
  expect(rollout('Deployment', rolling('30%', '50%'), 5)).toMatchObject({
    strategy: 'rolling',
    replicas: 5,
    path: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'],
    written: true,
    limit: '50%',
    evidence: [
      { text: 'maxUnavailable: `50%` of 5, rounded down, is 2' },
      { text: 'maxSurge: `30%` of 5, rounded up, is 2' },
    ],
  });
  expect(rollout('StatefulSet', sets({ maxUnavailable: 3 }), 5, '1.36')).toMatchObject({
    written: false,
    evidence: [{ text: 'maxUnavailable: `1` (what is written is not read)' }],
  });
  expect(rollout('Deployment', { strategy: { type: 'Recreate' } }, 5)).toMatchObject({
    strategy: 'recreate',
    path: ['spec', 'strategy', 'type'],
    evidence: [{ text: 'strategy: `Recreate`' }],
  });
});

const limit = fc.oneof(
  fc.nat(20),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);
const kinds = fc.constantFrom('Deployment', argo, clones);
const specOf = (kind: string, maxSurge: unknown, maxUnavailable: unknown): object =>
  kind === clones
    ? { updateStrategy: { maxSurge, maxUnavailable } }
    : kind === argo
      ? canary({ maxSurge, maxUnavailable })
      : rolling(maxSurge, maxUnavailable);

describe('whatever the limits', () => {
  test('the numbers agree with each other', () => {
    fc.assert(
      fc.property(kinds, limit, limit, fc.nat(300), (kind, surge, unavailable, pods) => {
        const of = rollout(kind, specOf(kind, surge, unavailable), pods)!;
        expect(of.lowestAvailable).toBeGreaterThanOrEqual(0);
        expect(of.lowestAvailable + of.unavailable).toBe(pods);
        expect(of.highest).toBe(pods + of.surge);
        // A rollout always moves, and its waves cover every pod.
        if (pods > 0) expect(of.surge + of.unavailable).toBeGreaterThan(0);
        expect(of.waves * (of.surge + of.unavailable)).toBeGreaterThanOrEqual(pods);
      }),
    );
  });

  test('one more replica never lowers the lowest number available', () => {
    fc.assert(
      fc.property(limit, limit, fc.nat(300), (surge, unavailable, pods) => {
        // CloneSet is not among them: where its surge becomes a whole pod, its maxUnavailable turns from up to down.
        const now = rollout('Deployment', rolling(surge, unavailable), pods)!;
        const more = rollout('Deployment', rolling(surge, unavailable), pods + 1)!;
        expect(more.lowestAvailable).toBeGreaterThanOrEqual(now.lowestAvailable);
      }),
    );
  });

  test('a larger maxUnavailable never leaves more available', () => {
    fc.assert(
      fc.property(kinds, fc.nat(100), fc.nat(100), fc.nat(300), (kind, percent, more, pods) => {
        const lowest = (value: number): number =>
          rollout(kind, specOf(kind, 1, `${value}%`), pods)!.lowestAvailable;
        expect(lowest(percent + more)).toBeLessThanOrEqual(lowest(percent));
      }),
    );
  });
});
