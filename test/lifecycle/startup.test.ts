import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { progressDeadline, progressOf, waveTime } from '../../src/lifecycle/progress.ts';
import { initTime, postStartTime, readyAfter, startLimit } from '../../src/lifecycle/startup.ts';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { inventoryOf } from '../../src/resources/inventory.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { podWith, workloadFrom } from './support.ts';

const tcpSocket = { port: 80 };
const sleeping = (seconds: number): object => ({ exec: { command: ['sleep', String(seconds)] } });

describe('what ends a start', () => {
  const limit = (container: object): unknown => {
    const pod = podWith(container);
    const found = startLimit(pod.workload, pod.container);
    return typeof found === 'string' ? found : [found.probe.kind, found.nominalSeconds];
  };
  test.each<[string, object, unknown]>([
    ['nothing', {}, 'none'],
    ['readiness never kills', { readinessProbe: { tcpSocket } }, 'none'],
    ['liveness from the start', { livenessProbe: { tcpSocket } }, ['livenessProbe', 30]],
    [
      'liveness after its delay',
      { livenessProbe: { tcpSocket, initialDelaySeconds: 60 } },
      ['livenessProbe', 90],
    ],
    [
      'startup holds liveness back',
      { livenessProbe: { tcpSocket }, startupProbe: { tcpSocket, failureThreshold: 30 } },
      ['startupProbe', 300],
    ],
    ['a placeholder', { livenessProbe: { tcpSocket }, startupProbe: '@@PROBE@@' }, 'unknown'],
  ])('%s', (_, container, expected) => expect(limit(container)).toEqual(expected));
});

describe('ready', () => {
  const ready = (container: object): unknown => {
    const pod = podWith(container);
    const bound = readyAfter(pod.workload, pod.container);
    return bound && [bound.atLeast, bound.atMost];
  };
  const readinessProbe = { tcpSocket, initialDelaySeconds: 5, successThreshold: 3 };
  test.each<[string, object, unknown]>([
    ['at once without probes', {}, [0, 0]],
    ['after its own delay and successes', { readinessProbe }, [25, Infinity]],
    [
      'not before postStart has ended',
      { readinessProbe, lifecycle: { postStart: sleeping(12) } },
      [32, Infinity],
    ],
    [
      'a delay runs beside postStart',
      { readinessProbe, lifecycle: { postStart: sleeping(4) } },
      [25, Infinity],
    ],
    [
      'not before startup has passed',
      { readinessProbe, startupProbe: { tcpSocket, initialDelaySeconds: 20 } },
      [40, Infinity],
    ],
    ['postStart alone', { lifecycle: { postStart: sleeping(12) } }, [12, 12]],
    ['startup alone', { startupProbe: { tcpSocket, initialDelaySeconds: 20 } }, [20, Infinity]],
    ['a placeholder', { readinessProbe: { tcpSocket, periodSeconds: '@@P@@' } }, null],
    ['a placeholder in postStart', { lifecycle: { postStart: '@@HOOK@@' } }, null],
  ])('%s', (_, container, expected) => expect(ready(container)).toEqual(expected));

  test('postStart of unknown length', () => {
    const pod = podWith({ lifecycle: { postStart: { httpGet: { port: 80 } } } });
    expect(postStartTime(pod.workload, pod.container)).toMatchObject({ atLeast: 0, atMost: Infinity });
  });
});

describe('before the first ordinary container', () => {
  const init = (initContainers: readonly object[]): unknown => {
    const { atLeast, atMost } = initTime(podWith({}, { initContainers }).workload);
    return [atLeast, atMost];
  };
  const sidecar = (fields: object): object => ({ name: 'proxy', restartPolicy: 'Always', ...fields });
  test.each<[string, readonly object[], unknown]>([
    ['nothing', [], [0, 0]],
    ['an init container takes what it takes', [{ name: 'migrate' }], [0, Infinity]],
    [
      'sidecars gate one after the other',
      [
        sidecar({ startupProbe: { tcpSocket, initialDelaySeconds: 5 } }),
        { ...sidecar({ lifecycle: { postStart: sleeping(3) } }), name: 'agent' },
      ],
      [8, Infinity],
    ],
  ])('%s', (_, containers, expected) => expect(init(containers)).toEqual(expected));
});

const deployment = (
  spec: object,
  container: object = {},
  apiVersion = 'apps/v1',
  kind = 'Deployment',
): Workload =>
  workloadFrom(
    JSON.stringify({
      apiVersion,
      kind,
      spec: { ...spec, template: { spec: { containers: [{ name: 'web', image: 'web:1', ...container }] } } },
    }),
  );

describe('progress deadline', () => {
  const deadline = (...args: Parameters<typeof deployment>): unknown =>
    progressDeadline(deployment(...args))?.value ?? null;
  test.each<[string, Parameters<typeof deployment>, unknown]>([
    ['the default', [{}], 600],
    ['stated', [{ progressDeadlineSeconds: 120 }], 120],
    ['none', [{ progressDeadlineSeconds: 2147483647 }], null],
    ['a placeholder', [{ progressDeadlineSeconds: '@@D@@' }], null],
    ['of an Argo Rollout', [{}, {}, 'argoproj.io/v1alpha1', 'Rollout'], 600],
    ['a StatefulSet has none', [{}, {}, 'apps/v1', 'StatefulSet'], null],
    ['an older version has another default', [{}, {}, 'extensions/v1beta1'], null],
  ])('%s', (_, args, expected) => expect(deadline(...args)).toBe(expected));

  test('what is left beside a start and minReadySeconds', () => {
    const startupProbe = { tcpSocket, failureThreshold: 30 };
    expect(progressOf(deployment({ minReadySeconds: 20 }, { startupProbe }))).toEqual({
      budgetSeconds: 300,
      minReadySeconds: 20,
      deadlineSeconds: 600,
      slackSeconds: 280,
    });
    expect(progressOf(deployment({ progressDeadlineSeconds: 300 }, { startupProbe }))?.slackSeconds).toBe(0);
    expect(progressOf(deployment({}))).toBeNull();
    expect(progressOf(deployment({ minReadySeconds: '@@S@@' }, { startupProbe }))).toBeNull();
  });
});

describe('one wave of new pods', () => {
  const wave = (workload: Workload): unknown => {
    const inventory = inventoryOf('raw:deploy', [workload.resource], true, null);
    const bound = waveTime(workload, inventory, defaultEnvironment);
    return bound && [bound.atLeast, bound.atMost];
  };
  test('ready, and then minReadySeconds', () => {
    const readinessProbe = { tcpSocket, initialDelaySeconds: 5 };
    expect(wave(deployment({ minReadySeconds: 20 }, { readinessProbe }))).toEqual([25, 50]);
  });
  test('a placeholder', () => {
    expect(wave(deployment({ minReadySeconds: '@@S@@' }))).toBeNull();
  });
});

test('limits never cross, whatever the probes and hooks', () => {
  const count = fc.integer({ min: 1, max: 600 });
  const probe = fc.record(
    {
      tcpSocket: fc.constant(tcpSocket),
      initialDelaySeconds: fc.nat(600),
      periodSeconds: count,
      timeoutSeconds: count,
      failureThreshold: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: ['tcpSocket'] },
  );
  const postStart = fc.nat(300).map(sleeping);
  const container = fc.record(
    { startupProbe: probe, livenessProbe: probe, readinessProbe: probe, lifecycle: fc.record({ postStart }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(container, (fields) => {
      const pod = podWith(fields);
      const limit = startLimit(pod.workload, pod.container);
      const ready = readyAfter(pod.workload, pod.container)!;
      expect(ready.atLeast).toBeLessThanOrEqual(ready.atMost);
      if (typeof limit === 'string') return;
      expect(limit.budget.atLeast).toBeLessThanOrEqual(limit.nominalSeconds);
      expect(limit.nominalSeconds).toBeLessThanOrEqual(limit.budget.atMost);
    }),
  );
});
