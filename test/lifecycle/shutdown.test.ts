import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTime, exactly } from '../../src/lifecycle/bound.ts';
import { applicationTime, gracePeriodOf, stopSchedule } from '../../src/lifecycle/shutdown.ts';
import { type Timeline, timelineOf } from '../../src/lifecycle/timeline.ts';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { inventoryOf } from '../../src/resources/inventory.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { podWith, workloadFrom } from './support.ts';

describe('grace period', () => {
  const read = (value: unknown): unknown => {
    const grace = gracePeriodOf(podWith({}, { terminationGracePeriodSeconds: value }).workload);
    return grace && [grace.seconds, grace.written];
  };
  test.each<[string, unknown, unknown]>([
    ['unset', undefined, [30, false]],
    ['null', null, [30, false]],
    ['30', 30, [30, true]],
    ['0 kills at once', 0, [0, true]],
    ['the kubelet counts a negative value as 1', -5, [1, true]],
    ['a placeholder', '@@GRACE@@', null],
  ])('%s', (_, value, expected) => expect(read(value)).toEqual(expected));

  test("Knative sets it from the revision's own timeout", () => {
    const workload = workloadFrom(
      'apiVersion: serving.knative.dev/v1\nkind: Service\nspec: { template: { spec: { containers: [{ name: web }] } } }',
    );
    expect(gracePeriodOf(workload)).toBeNull();
  });
});

describe('stop signal and SIGKILL', () => {
  test.each<[number, number, number, number]>([
    [30, 0, 0, 30],
    [30, 27, 27, 30],
    [30, 28, 28, 30],
    [30, 29, 29, 31],
    [30, 30, 30, 32],
    [30, 31, 30, 32],
    [30, 60, 30, 32],
    [1, 5, 1, 3],
    // The kubelet counts 0 as 1 when a pod is deleted.
    [0, 5, 1, 3],
    [0, 0, 0, 2],
  ])('grace %i s, preStop %i s: SIGTERM at %i s, SIGKILL at %i s', (grace, preStop, term, kill) => {
    expect(stopSchedule(grace, preStop)).toEqual({ term, kill });
  });
});

test('more grace never shortens the time left, a longer preStop never lengthens it', () => {
  const seconds = fc.nat(3600);
  fc.assert(
    fc.property(seconds, seconds, seconds, (grace, preStop, more) => {
      const left = (g: number, p: number): number =>
        applicationTime(exactly(g, ''), exactly(p, ''), '').atLeast;
      expect(left(grace + more, preStop)).toBeGreaterThanOrEqual(left(grace, preStop));
      expect(left(grace, preStop + more)).toBeLessThanOrEqual(left(grace, preStop));
      expect(left(grace, preStop)).toBeGreaterThanOrEqual(2);
      const unsure = applicationTime(exactly(grace, ''), anyTime(''), '');
      expect(unsure.atMost).toBeGreaterThanOrEqual(unsure.atLeast);
    }),
  );
});

describe('timeline', () => {
  const timeline = (workload: Workload): Timeline =>
    timelineOf(workload, inventoryOf('raw:deploy', [workload.resource], true, null), defaultEnvironment);

  test('nothing set', () => {
    expect(timeline(podWith({}).workload)).toEqual({
      startupBudget: { atLeast: null, atMost: null, unit: 'seconds', from: 'no probe ends a start' },
      livenessDetection: { atLeast: null, atMost: null, unit: 'seconds', from: 'no livenessProbe' },
      readinessDetection: { atLeast: null, atMost: null, unit: 'seconds', from: 'no readinessProbe' },
      preStop: { atLeast: 0, atMost: 0, unit: 'seconds', from: 'no preStop' },
      gracePeriod: {
        atLeast: 30,
        atMost: 30,
        unit: 'seconds',
        from: 'spec.terminationGracePeriodSeconds (default)',
      },
      applicationTime: {
        atLeast: 30,
        atMost: 30,
        unit: 'seconds',
        from: 'spec.terminationGracePeriodSeconds (default) − no preStop',
      },
      exposedWindow: { atLeast: null, atMost: null, unit: 'seconds', from: 'no Service sends it traffic' },
      lowestAvailable: null,
      evictionsAllowed: { atLeast: null, atMost: null, unit: 'pods', from: 'no budget limits it' },
    });
  });

  test('the longest preStop and the earliest liveness of several containers count', () => {
    const { workload } = podWith(
      { lifecycle: { preStop: { sleep: { seconds: 5 } } }, livenessProbe: { tcpSocket: { port: 80 } } },
      {
        initContainers: [
          {
            name: 'proxy',
            restartPolicy: 'Always',
            lifecycle: { preStop: { exec: { command: ['sleep', '20'] } } },
            livenessProbe: { tcpSocket: { port: 81 }, failureThreshold: 1 },
          },
          {
            name: 'migrate',
            livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 1, periodSeconds: 1 },
          },
        ],
      },
    );
    expect(timeline(workload)).toMatchObject({
      preStop: {
        atLeast: 20,
        atMost: 20,
        from: 'spec.initContainers[0].lifecycle.preStop.exec (the longest of 2)',
      },
      livenessDetection: {
        atLeast: 0,
        atMost: 11,
        from: 'spec.initContainers[0].livenessProbe (the first of 2)',
      },
      applicationTime: { atLeast: 10, atMost: 10 },
    });
  });

  test('the startupProbe, not the livenessProbe, limits the start of its container', () => {
    const tcpSocket = { port: 80 };
    const { workload } = podWith({
      livenessProbe: { tcpSocket },
      startupProbe: { tcpSocket, failureThreshold: 30, periodSeconds: 5 },
    });
    expect(timeline(workload).startupBudget).toMatchObject({ atLeast: 145, atMost: 151 });
  });

  test('what a placeholder hides is unknown', () => {
    const hidden = { preStop: { exec: { command: ['sleep', '@@DELAY@@'] } } };
    expect(timeline(podWith({ lifecycle: hidden }).workload)).toMatchObject({
      preStop: null,
      applicationTime: null,
      gracePeriod: { atLeast: 30 },
    });
  });

  test('a grace period of 0 leaves what the kubelet always leaves', () => {
    const { workload } = podWith(
      { lifecycle: { preStop: { sleep: { seconds: 5 } } } },
      { terminationGracePeriodSeconds: 0 },
    );
    expect(timeline(workload)).toMatchObject({
      preStop: { atLeast: 5, atMost: 5 },
      applicationTime: { atLeast: 2, atMost: 2 },
    });
  });
});
