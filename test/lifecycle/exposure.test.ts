import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposedWindow } from '../../src/lifecycle/exposure.ts';
import { timelineOf } from '../../src/lifecycle/timeline.ts';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { releaseOf } from './inventory.ts';

/** A Deployment of 3 with these fields of its container and pod, and the Service that sends it traffic. */
const release = (container = '', pod = '', service = true, kind = 'Deployment'): string => `---
apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}
kind: ${kind}
metadata: { name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, ports: [{ containerPort: 80 }]${container} }]${pod}
${
  service
    ? `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`
    : ''
}`;
const sleep = (seconds: number | string): string =>
  `, lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }`;
const grace = (seconds: number | string): string => `\n      terminationGracePeriodSeconds: ${seconds}`;

const windowOf = (text: string, nodes: number | null = null): unknown => {
  const { inventory, workload } = releaseOf(text);
  const bound = exposedWindow(workload, workload.containers[0]!, inventory, { ...defaultEnvironment, nodes });
  return bound && [bound.atLeast, bound.atMost];
};

describe('new requests after the stop signal', () => {
  test.each<[string, string, unknown]>([
    ['as long as propagation takes', release(), [5, 10]],
    ['less what preStop holds back', release(sleep(7)), [0, 3]],
    ['none after a long preStop', release(sleep(15)), [0, 0]],
    [
      'a hook of unknown length may hold nothing back',
      release(', lifecycle: { preStop: { httpGet: { port: 80 } } }'),
      [0, 10],
    ],
    ['a hook is cut off at the grace period', release(sleep(60), grace(4)), [1, 6]],
    ['a grace period of 0 counts as 1', release(sleep(5), grace(0)), [4, 9]],
    ['a placeholder for the delay', release(sleep('"@@DELAY@@"')), null],
    ['a placeholder for the grace period', release('', grace('"@@GRACE@@"')), null],
  ])('%s', (_, text, expected) => expect(windowOf(text)).toEqual(expected));

  test('more nodes take longer', () => {
    expect(windowOf(release(), 30)).toEqual([10, 15]);
    expect(windowOf(release(), 100)).toEqual([15, 20]);
  });

  test('says where both times come from', () => {
    const { inventory, workload } = releaseOf(release(sleep(7)));
    const bound = exposedWindow(workload, workload.containers[0]!, inventory, defaultEnvironment);
    expect(bound?.from).toBe(
      'endpoint propagation with up to 10 nodes (assumed) − spec.template.spec.containers[0].lifecycle.preStop.sleep',
    );
  });

  test('a longer preStop never lengthens it, and its limits never cross', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(120), (seconds, more, period) => {
        const [low, high] = windowOf(release(sleep(seconds), grace(period))) as [number, number];
        const longer = windowOf(release(sleep(seconds + more), grace(period))) as [number, number];
        expect(low).toBeLessThanOrEqual(high);
        if (period > 0) expect(longer[0]).toBeLessThanOrEqual(low);
        if (period > 0) expect(longer[1]).toBeLessThanOrEqual(high);
      }),
    );
  });
});

describe('on the card', () => {
  const card = (text: string, complete = true): unknown => {
    const { inventory, workload } = releaseOf(text, 'web', complete);
    const { exposedWindow, lowestAvailable, evictionsAllowed } = timelineOf(
      workload,
      inventory,
      defaultEnvironment,
    );
    return { exposedWindow, lowestAvailable, evictionsAllowed };
  };
  test('a Deployment behind a Service', () => {
    expect(card(release())).toEqual({
      exposedWindow: {
        atLeast: 5,
        atMost: 10,
        unit: 'seconds',
        from: 'endpoint propagation with up to 10 nodes (assumed) − no preStop',
      },
      lowestAvailable: {
        atLeast: 3,
        atMost: 3,
        unit: 'pods',
        from: 'spec.strategy.rollingUpdate.maxUnavailable (default) of 3',
      },
      evictionsAllowed: { atLeast: null, atMost: null, unit: 'pods', from: 'no budget limits it' },
    });
  });
  test('without a Service nothing is exposed', () => {
    expect(card(release('', '', false))).toMatchObject({
      exposedWindow: { atLeast: null, atMost: null, from: 'no Service sends it traffic' },
    });
  });
  test('what was not rendered may hold the Service and the budget', () => {
    expect(card(release('', '', false), false)).toMatchObject({
      exposedWindow: null,
      evictionsAllowed: null,
    });
  });
  test('what a placeholder hides is unknown', () => {
    expect(card(release(sleep('"@@DELAY@@"')))).toMatchObject({ exposedWindow: null });
  });
  test('a Job is not rolled out', () => {
    expect(card(release('', '', false, 'Job'))).toMatchObject({
      lowestAvailable: { atLeast: null, atMost: null, unit: 'pods' },
      evictionsAllowed: { atLeast: null, atMost: null, unit: 'pods' },
    });
  });

  test('no limits cross, whatever the probes, hooks and grace period', () => {
    const count = fc.integer({ min: 1, max: 300 });
    const probe = (kind: string): fc.Arbitrary<string> =>
      fc
        .tuple(fc.nat(300), count, count, count)
        .map(
          ([delay, period, timeout, failures]) =>
            `, ${kind}: { tcpSocket: { port: 80 }, initialDelaySeconds: ${delay}, periodSeconds: ${period}, ` +
            `timeoutSeconds: ${timeout}, failureThreshold: ${failures} }`,
        );
    const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);
    const hook = fc.oneof(
      fc.nat(300).map(sleep),
      fc.constant(', lifecycle: { preStop: { httpGet: { port: 80 } } }'),
      fc
        .nat(300)
        .map(
          (seconds) => `, lifecycle: { preStop: { exec: { command: [sh, -c, "drain; sleep ${seconds}"] } } }`,
        ),
    );
    const container = fc
      .tuple(
        maybe(probe('livenessProbe')),
        maybe(probe('readinessProbe')),
        maybe(probe('startupProbe')),
        maybe(hook),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(container, maybe(fc.nat(600).map(grace)), (fields, pod) => {
        const { inventory, workload } = releaseOf(release(fields, pod));
        const timeline = timelineOf(workload, inventory, defaultEnvironment);
        for (const [name, quantity] of Object.entries(timeline)) {
          const { atLeast, atMost } = quantity!;
          if (atLeast === null || atMost === null) continue;
          expect(atLeast, name).toBeGreaterThanOrEqual(0);
          expect(atLeast, name).toBeLessThanOrEqual(atMost);
        }
      }),
    );
  });
});
