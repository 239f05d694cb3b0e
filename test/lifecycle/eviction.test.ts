import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evictionsAllowed, evictionsInZoneLoss, podsInZone } from '../../src/lifecycle/eviction.ts';
import { releaseOf } from './inventory.ts';

const workload = (replicas: number | string, name = 'web', kind = 'Deployment'): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  template: { metadata: { labels: { app: ${name}, tier: all } }, spec: { containers: [{ name: web }] } }
`;
const budget = (limit: string, selector = 'app: web', name = 'budget', version = 'policy/v1'): string => `---
apiVersion: ${version}
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { ${selector} } }
${limit === '' ? '' : `  ${limit}\n`}`;
const hpa = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: hpa }
spec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 10 }
`;

const allowed = (text: string, complete = true): unknown => {
  const { inventory, workload } = releaseOf(text, 'web', complete);
  const pods = evictionsAllowed(inventory, workload);
  expect(pods?.atMost).toBe(pods?.atLeast);
  return pods?.atLeast ?? null;
};

describe('with every pod healthy', () => {
  test.each<[string, string, number | null]>([
    ['no budget: all of them', workload(3), 3],
    ['minAvailable', workload(3) + budget('minAvailable: 2'), 1],
    ['minAvailable as many as run', workload(3) + budget('minAvailable: 3'), 0],
    ['minAvailable more than run', workload(3) + budget('minAvailable: 5'), 0],
    ['a percentage to keep rounds up', workload(3) + budget('minAvailable: 50%'), 1],
    ['a percentage to lose rounds up as well', workload(3) + budget('maxUnavailable: 50%'), 2],
    ['maxUnavailable', workload(3) + budget('maxUnavailable: 1'), 1],
    ['maxUnavailable more than run', workload(3) + budget('maxUnavailable: 5'), 3],
    ['maxUnavailable 0', workload(3) + budget('maxUnavailable: 0'), 0],
    ['neither limit allows nothing', workload(3) + budget(''), 0],
    [
      'two budgets: the API server answers with an error',
      workload(3) + budget('maxUnavailable: 1') + budget('maxUnavailable: 2', 'tier: all', 'other'),
      0,
    ],
    ["another's budget", workload(3) + budget('maxUnavailable: 0', 'app: api'), 3],
    ["at the autoscaler's floor", workload(5) + hpa + budget('minAvailable: 1'), 1],
    [
      'a budget over two workloads allows of both together',
      workload(3) + workload(3, 'api') + budget('minAvailable: 4', 'tier: all'),
      2,
    ],
    [
      'but never more than there are',
      workload(1) + workload(9, 'api') + budget('minAvailable: 2', 'tier: all'),
      1,
    ],
    ['scaled to 0', workload(0) + budget('maxUnavailable: 1'), 0],
    ['unknown replicas', workload('"@@N@@"') + budget('maxUnavailable: 1'), null],
    ['a placeholder for the limit', workload(3) + budget('maxUnavailable: "@@MAX@@"'), null],
    ['a placeholder in the selector', workload(3) + budget('maxUnavailable: 1', 'app: "@@APP@@"'), null],
    [
      'two limits, which Kubernetes refuses',
      workload(3) + budget('minAvailable: 1\n  maxUnavailable: 1'),
      null,
    ],
    [
      'a version that is no longer served',
      workload(3) + budget('maxUnavailable: 1', 'app: web', 'budget', 'policy/v1beta1'),
      null,
    ],
    [
      'a budget that also covers pods nobody can count',
      workload(3) + workload('"@@N@@"', 'api') + budget('minAvailable: 1', 'tier: all'),
      null,
    ],
    ['a DaemonSet', workload(3, 'web', 'DaemonSet') + budget('maxUnavailable: 1'), null],
  ])('%s', (_, text, expected) => expect(allowed(text)).toBe(expected));

  test('what was not rendered may hold a budget, or an autoscaler', () => {
    expect(allowed(workload(3), false)).toBeNull();
    expect(allowed(workload(3) + budget('maxUnavailable: 1'), false)).toBeNull();
  });

  test('says what it was counted from', () => {
    const { inventory, workload: web } = releaseOf(workload(3) + budget('minAvailable: 2'));
    expect(evictionsAllowed(inventory, web)).toMatchObject({
      from: 'PodDisruptionBudget spec.minAvailable',
      evidence: [{ text: 'counted at 3 pods' }, { text: 'budget `budget`' }],
    });
  });
});

describe('while a zone is gone', () => {
  test.each<[number, string, number, number]>([
    [3, 'maxUnavailable: 1', 3, 0],
    [6, 'maxUnavailable: 3', 3, 1],
    [6, 'minAvailable: 4', 3, 0],
    [6, 'minAvailable: 3', 3, 1],
    [4, 'minAvailable: 1', 3, 1],
    [2, 'minAvailable: 1', 1, 0],
  ])('%i pods, %s, %i zones: %i', (replicas, limit, zones, expected) => {
    const { inventory, workload: web } = releaseOf(workload(replicas) + budget(limit));
    expect(evictionsInZoneLoss(inventory, web, zones)?.atLeast).toBe(expected);
  });
  test('without a budget: what is left', () => {
    const { inventory, workload: web } = releaseOf(workload(5));
    expect(evictionsInZoneLoss(inventory, web, 3)?.atLeast).toBe(3);
  });
});

test('a zone holds its even share, rounded up', () => {
  expect([1, 2, 3, 4, 6].map((pods) => podsInZone(pods, 3))).toEqual([1, 1, 1, 2, 2]);
});

test('never fewer than 0, never more than run, and never more in the loss of a zone', () => {
  const limits = fc.tuple(
    fc.constantFrom('minAvailable', 'maxUnavailable'),
    fc.oneof(
      fc.nat(12),
      fc.nat(100).map((percent) => `${percent}%`),
    ),
  );
  fc.assert(
    fc.property(
      limits,
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 6 }),
      ([field, value], pods, zones) => {
        const { inventory, workload: web } = releaseOf(workload(pods) + budget(`${field}: ${value}`));
        const all = evictionsAllowed(inventory, web)!.atLeast;
        const left = evictionsInZoneLoss(inventory, web, zones)!.atLeast;
        expect(all).toBeGreaterThanOrEqual(0);
        expect(all).toBeLessThanOrEqual(pods);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThanOrEqual(all);
      },
    ),
  );
});
