import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { order } from '../../src/lifecycle/bound.ts';
import {
  detection,
  earliestReady,
  failureBudget,
  nominalBudgetSeconds,
  type Probe,
  probeDefaults,
  probeOf,
} from '../../src/lifecycle/probe.ts';
import { podWith } from './support.ts';

const probe = (numbers: Partial<Probe> = {}): Probe => ({
  ...probeDefaults,
  kind: 'livenessProbe',
  field: 'livenessProbe',
  defaulted: [],
  ...numbers,
});

describe('reading', () => {
  const read = (livenessProbe: unknown): Probe | string => {
    const pod = podWith({ livenessProbe });
    return probeOf(pod.workload, pod.container, 'livenessProbe');
  };
  test('unset numbers are the defaults', () =>
    expect(read({ tcpSocket: { port: 80 }, periodSeconds: 5 })).toMatchObject({
      initialDelaySeconds: 0,
      periodSeconds: 5,
      timeoutSeconds: 1,
      failureThreshold: 3,
      defaulted: ['initialDelaySeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'],
    }));
  test('a written 0 is the default', () =>
    expect(read({ tcpSocket: { port: 80 }, periodSeconds: 0 })).toMatchObject({ periodSeconds: 10 }));
  test('no probe', () => expect(read(undefined)).toBe('absent'));
  test('a placeholder', () =>
    expect(read({ tcpSocket: { port: 80 }, periodSeconds: '@@P@@' })).toBe('unknown'));
});

describe('arithmetic', () => {
  test.each<[string, Partial<Probe>, [number, number], [number, number], number]>([
    ['the defaults', {}, [20, 31], [20, 31], 30],
    ['one failure is enough', { failureThreshold: 1 }, [0, 11], [0, 11], 10],
    ['a delay counts for the start only', { initialDelaySeconds: 15 }, [20, 31], [35, 46], 45],
    ['a timeout as long as the period', { timeoutSeconds: 10 }, [20, 40], [20, 40], 30],
    ['a timeout longer than the period', { periodSeconds: 5, timeoutSeconds: 8 }, [10, 32], [10, 32], 15],
  ])('%s', (_, numbers, detected, budget, nominal) => {
    expect(detection(probe(numbers))).toMatchObject({ atLeast: detected[0], atMost: detected[1] });
    expect(failureBudget(probe(numbers))).toMatchObject({ atLeast: budget[0], atMost: budget[1] });
    expect(nominalBudgetSeconds(probe(numbers))).toBe(nominal);
  });

  test('ready at the earliest after the delay and successThreshold − 1 periods', () => {
    expect(earliestReady(probe({ initialDelaySeconds: 5, successThreshold: 3 })).atLeast).toBe(25);
    expect(earliestReady('absent')).toMatchObject({ atLeast: 0, atMost: 0 });
  });
});

const numbers = fc.record({
  initialDelaySeconds: fc.nat(600),
  periodSeconds: fc.integer({ min: 1, max: 600 }),
  timeoutSeconds: fc.integer({ min: 1, max: 600 }),
  successThreshold: fc.integer({ min: 1, max: 10 }),
  failureThreshold: fc.integer({ min: 1, max: 100 }),
});

test('limits never cross, and one more failure never makes a probe faster', () => {
  fc.assert(
    fc.property(numbers, (each) => {
      const now = probe(each);
      const later = probe({ ...each, failureThreshold: each.failureThreshold + 1 });
      expect(detection(now).atMost).toBeGreaterThanOrEqual(detection(now).atLeast);
      expect(order(detection(now), detection(later))).toBe('earlier');
      expect(order(detection(now), detection(now))).toBe('equal');
    }),
  );
});
