import { describe, expect, test } from 'vitest';
import { type Bound, exactly } from '../../src/lifecycle/bound.ts';
import { type ShutdownShown, shutdownPicture } from '../../src/lifecycle/shutdown-picture.ts';

const grace = (seconds: number): ShutdownShown['grace'] => ({ seconds, written: true, path: [] });
const atLeast = (seconds: number): Bound => ({
  atLeast: seconds,
  atMost: Number.POSITIVE_INFINITY,
  from: '',
});
const assumed: Bound = { atLeast: 5, atMost: 10, from: 'assumed' };

/** Each bar as `kind from-to label`, each section after its name. */
function drawn(shown: Partial<ShutdownShown>): readonly string[] {
  const picture = shutdownPicture({ container: 'web', preStop: exactly(0, ''), grace: grace(30), ...shown });
  return picture.sections.flatMap(({ name, bars }) => [
    `[${name}]`,
    ...bars.map((bar) => `${bar.kind} ${bar.fromSeconds}-${bar.toSeconds} ${bar.label}`),
  ]);
}

describe('what the kubelet does', () => {
  test.each<[string, Partial<ShutdownShown>, readonly string[]]>([
    [
      'a hook, and the rest is the application’s',
      { preStop: exactly(15, '') },
      [
        'wait 0-15 preStop 15 s',
        'mark 15-15 SIGTERM',
        'work 15-30 15 s left for the application',
        'mark 30-30 SIGKILL',
      ],
    ],
    ['no hook', {}, ['mark 0-0 SIGTERM', 'work 0-30 30 s left for the application', 'mark 30-30 SIGKILL']],
    [
      'a known time of the application, which fits',
      { preStop: exactly(5, ''), applicationSeconds: 20 },
      [
        'wait 0-5 preStop 5 s',
        'mark 5-5 SIGTERM',
        'work 5-25 application stops in 20 s',
        'mark 30-30 SIGKILL',
      ],
    ],
    [
      'a known time of the application, which does not fit',
      { preStop: exactly(15, ''), applicationSeconds: 20 },
      [
        'wait 0-15 preStop 15 s',
        'mark 15-15 SIGTERM',
        'work 15-30 application stops in 20 s',
        'mark 30-30 SIGKILL',
        'harm 30-35 the application is cut off',
      ],
    ],
    [
      'a hook longer than the grace period: SIGKILL comes 2 s after SIGTERM',
      { preStop: exactly(60, '') },
      [
        'wait 0-30 preStop 60 s',
        'mark 30-30 SIGTERM',
        'work 30-32 2 s left for the application',
        'mark 32-32 SIGKILL',
        'harm 32-60 the rest of preStop never runs',
      ],
    ],
    [
      'a hook without an end',
      { preStop: exactly(Number.POSITIVE_INFINITY, '') },
      [
        'wait 0-30 preStop without an end',
        'mark 30-30 SIGTERM',
        'work 30-32 2 s left for the application',
        'mark 32-32 SIGKILL',
      ],
    ],
    [
      'a hook that may take longer, in parts of a second',
      { preStop: atLeast(0.1 + 0.2) },
      [
        'wait 0-0.30000000000000004 preStop of at least 0.3 s',
        'mark 0.30000000000000004-0.30000000000000004 SIGTERM',
        'work 0.30000000000000004-30 29.7 s left for the application',
        'mark 30-30 SIGKILL',
      ],
    ],
    [
      'no grace period',
      { preStop: exactly(15, ''), grace: grace(0) },
      [
        'wait 0-1 preStop 15 s',
        'mark 1-1 SIGTERM',
        'work 1-3 2 s left for the application',
        'mark 3-3 SIGKILL',
      ],
    ],
  ])('%s', (_, shown, bars) => expect(drawn(shown)).toEqual(['[kubelet]', ...bars]));
});

describe('what requests meet, with the shortest propagation', () => {
  test.each<[string, Bound, readonly string[]]>([
    ['no hook', exactly(0, ''), ['harm 0-5 new requests reach a stopping container']],
    [
      'a hook that is too short',
      exactly(3, ''),
      ['wait 0-3 new requests still arrive', 'harm 3-5 new requests reach a stopping container'],
    ],
    ['a hook as long', exactly(5, ''), ['wait 0-5 new requests still arrive']],
    ['a longer hook', exactly(15, ''), ['wait 0-5 new requests still arrive']],
  ])('%s', (_, preStop, bars) =>
    expect(drawn({ preStop, propagation: assumed }).slice(-bars.length - 1)).toEqual(['[traffic]', ...bars]),
  );
});

test('a name that Kubernetes would not accept is not shown', () => {
  const titleOf = (container: string): string =>
    shutdownPicture({ container, preStop: exactly(0, ''), grace: grace(30) }).title;
  expect(titleOf('web-1')).toBe('Shutdown of web-1');
  for (const name of ['web\nsection', 'web: x', '<b>', '-web', 'Web', 'a'.repeat(64), ''])
    expect(titleOf(name)).toBe('Shutdown of one container');
});
