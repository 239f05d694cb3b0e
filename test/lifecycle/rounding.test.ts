import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { requiredPods } from '../../src/lifecycle/budget.ts';
import { type Rollout, rolloutOf } from '../../src/lifecycle/rollout.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { workloadFrom } from './support.ts';

/*
 * What Kubernetes v1.36.3 itself makes of every percentage 0-200 % at 0-200 pods (rows by pods, then by percentage),
 * written once by a Go program that called, for a percentage p:
 *   surge, unavailable        deployment/util ResolveFenceposts(p, p) and MaxUnavailable
 *   unavailableAlone          deployment/util MaxUnavailable with maxSurge 0%, maxUnavailable p
 *   surgeOnlyUnavailable      deployment/util MaxUnavailable with maxSurge p, maxUnavailable 0%
 *   statefulSet               GetScaledValueFromIntOrPercent(p, n, false), at least 1 (getStatefulSetMaxUnavailable)
 *   daemonSet                 daemon/util UnavailableCount, at least 1 (updatedDesiredNodeCounts)
 *   minAvailable, kept        GetScaledValueFromIntOrPercent(p, n, true), and max(0, n - that): what a budget with
 *                             minAvailable p, or maxUnavailable p, keeps (getExpectedPodCount)
 * Counts of missing pods are cut at n, as MaxUnavailable does. Each sum is the SHA-256 of the column, a number a line.
 */
const golden = {
  surge: 'a76ac06f18882dda77e436d21e333ebfafbc2871528b138e6ad3f5d61aa82ea8',
  unavailable: '3460176468da3def80532cda03d3cca5785958ee545eb27bd441101f86b111ff',
  unavailableAlone: 'ff9be54adf0d3d43539c425e897a5d511d546a3021928d3c1cfb31ca47a55e74',
  surgeOnlyUnavailable: '85c89a4a51d4f0da96cd600cc4bc13df778e1386e5ea7d74374cc1026da8b52b',
  statefulSet: 'ff9be54adf0d3d43539c425e897a5d511d546a3021928d3c1cfb31ca47a55e74',
  daemonSet: '0f9fc8129ca17cb19ee8efc2884bc3c55f734088bf1364190cf75194a7513cfb',
  minAvailable: 'a76ac06f18882dda77e436d21e333ebfafbc2871528b138e6ad3f5d61aa82ea8',
  kept: '0546d4f205031dfbcc05069abcb76d5a2291d065f6bdf7416bd5671668f9ee3e',
} as const;

type Column = keyof typeof golden;

/** Rows of the same table, to see where a column differs: pods, percentage, then the columns in the order above. */
const sample: readonly (readonly number[])[] = [
  [0, 50, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 25, 1, 0, 1, 0, 1, 1, 1, 0],
  [2, 25, 1, 0, 1, 0, 1, 1, 1, 1],
  [2, 50, 1, 1, 1, 0, 1, 1, 1, 1],
  [3, 0, 0, 1, 1, 1, 1, 1, 0, 3],
  [3, 33, 1, 0, 1, 0, 1, 1, 1, 2],
  [3, 34, 2, 1, 1, 0, 1, 2, 2, 1],
  [3, 67, 3, 2, 2, 0, 2, 3, 3, 0],
  [7, 29, 3, 2, 2, 0, 2, 3, 3, 4],
  [7, 150, 11, 7, 7, 0, 7, 7, 11, 0],
  [29, 7, 3, 2, 2, 0, 2, 3, 3, 26],
  [100, 29, 29, 29, 29, 0, 29, 29, 29, 71],
  [199, 1, 2, 1, 1, 0, 1, 2, 2, 197],
  [200, 200, 400, 200, 200, 0, 200, 200, 400, 0],
];

function workload(kind: string, field: string, rollingUpdate: object): Workload {
  const template = { spec: { containers: [] } };
  const spec = { [field]: { type: 'RollingUpdate', rollingUpdate }, template };
  return workloadFrom(JSON.stringify({ apiVersion: 'apps/v1', kind, spec }));
}

function rollouts(
  percent: string,
): Record<'both' | 'missing' | 'surge' | 'statefulSet' | 'daemonSet', Workload> {
  return {
    both: workload('Deployment', 'strategy', { maxSurge: percent, maxUnavailable: percent }),
    missing: workload('Deployment', 'strategy', { maxSurge: '0%', maxUnavailable: percent }),
    surge: workload('Deployment', 'strategy', { maxSurge: percent, maxUnavailable: '0%' }),
    statefulSet: workload('StatefulSet', 'updateStrategy', { maxUnavailable: percent }),
    daemonSet: workload('DaemonSet', 'updateStrategy', { maxUnavailable: percent }),
  };
}

function rowOf(
  workloads: ReturnType<typeof rollouts>,
  percent: string,
  pods: number,
): Record<Column, number> {
  const rollout = (of: Workload): Rollout => rolloutOf(of, pods, '1.37')!;
  const required = (field: string): number =>
    requiredPods({ value: percent, from: 'set', path: ['spec', field] }, pods)!;
  const both = rollout(workloads.both);
  return {
    surge: both.surge,
    unavailable: both.unavailable,
    unavailableAlone: rollout(workloads.missing).unavailable,
    surgeOnlyUnavailable: rollout(workloads.surge).unavailable,
    statefulSet: rollout(workloads.statefulSet).unavailable,
    daemonSet: rollout(workloads.daemonSet).unavailable,
    minAvailable: required('minAvailable'),
    kept: required('maxUnavailable'),
  };
}

test.each(sample)('%i pods, %i %%', (pods, percentage, ...expected) => {
  const row = rowOf(rollouts(`${percentage}%`), `${percentage}%`, pods!);
  expect(Object.values(row)).toEqual(expected);
});

describe('every percentage at every number of pods', () => {
  const upTo = 200;
  const byPercent = Array.from({ length: upTo + 1 }, (_, percent) => rollouts(`${percent}%`));
  const rows = Array.from({ length: upTo + 1 }, (_, pods) =>
    byPercent.map((workloads, percent) => rowOf(workloads, `${percent}%`, pods)),
  ).flat();
  test.each(Object.entries(golden))('%s', (column, sum) => {
    const text = rows.map((row) => row[column as Column]).join('\n');
    expect(createHash('sha256').update(text).digest('hex')).toBe(sum);
  });
});
