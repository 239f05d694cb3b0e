import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hookDuration } from '../../src/lifecycle/hook-duration.ts';
import { podWith } from './support.ts';

const endless = Number.POSITIVE_INFINITY;

function preStop(hook: unknown, container: object = {}): unknown {
  const pod = podWith({ ...container, lifecycle: { preStop: hook } });
  const duration = hookDuration(pod.workload, pod.container, 'preStop');
  return typeof duration === 'string' ? duration : [duration.atLeast, duration.atMost];
}

const shell = (script: string, container: object = {}): unknown =>
  preStop({ exec: { command: ['sh', '-c', script] } }, container);

describe('handlers', () => {
  test.each<[string, unknown, unknown]>([
    ['no hook', undefined, 'absent'],
    ['a null hook', null, 'absent'],
    ['sleep action', { sleep: { seconds: 15 } }, [15, 15]],
    ['sleep action of 0', { sleep: { seconds: 0 } }, [0, 0]],
    ['sleep action that the API refuses', { sleep: { seconds: -1 } }, 'unknown'],
    ['sleep action, placeholder', { sleep: { seconds: '@@DELAY@@' } }, 'unknown'],
    ['httpGet', { httpGet: { path: '/drain', port: 80 } }, [0, endless]],
    ['tcpSocket, which the kubelet fails at once', { tcpSocket: { port: 80 } }, [0, 0]],
    ['no handler', {}, 'unknown'],
    ['two handlers', { sleep: { seconds: 5 }, exec: { command: ['sleep', '5'] } }, 'unknown'],
    ['a hook that is a placeholder', '{{ .hook }}', 'unknown'],
    ['a command that is a placeholder', { exec: { command: ['sh', '-c', 'sleep @@DELAY@@'] } }, 'unknown'],
    ['an empty command', { exec: { command: [] } }, [0, endless]],
  ])('%s', (_, hook, expected) => expect(preStop(hook)).toEqual(expected));
});

describe('commands without a shell', () => {
  test.each<[readonly string[], unknown]>([
    [
      ['sleep', '20'],
      [20, 20],
    ],
    [
      ['/bin/sleep', '20'],
      [20, 20],
    ],
    [
      ['/usr/bin/sleep', '1m'],
      [60, 60],
    ],
    [
      ['sleep', '1m', '30s'],
      [90, 90],
    ],
    [
      ['sleep', '0.5'],
      [0.5, 0.5],
    ],
    [
      ['sleep', '2h'],
      [7200, 7200],
    ],
    [
      ['sleep', 'infinity'],
      [endless, endless],
    ],
    [
      ['busybox', 'sleep', '5'],
      [5, 5],
    ],
    [
      ['timeout', '20', 'sleep', '60'],
      [20, 60],
    ],
    [['sleep'], [0, endless]],
    [
      ['sleep', '1m30s'],
      [0, endless],
    ],
    [
      ['sleep', '$DELAY'],
      [0, endless],
    ],
    [['sleep 20'], [0, endless]],
    [['/app/drain'], [0, endless]],
    [
      ['sh', '/scripts/stop.sh'],
      [0, endless],
    ],
    [
      ['sh', '-c', 'sleep', '20'],
      [0, endless],
    ],
    [
      ['/bin/sh', '-c', 'sleep 20'],
      [20, 20],
    ],
    [
      ['/bin/bash', '-lc', 'sleep 20'],
      [20, 20],
    ],
    [
      ['ash', '-ec', 'sleep 20'],
      [20, 20],
    ],
    [
      ['bash', '-e', '-c', 'sleep 20'],
      [20, 20],
    ],
    [
      ['sh', '-c', 'sleep $0', '20'],
      [20, 20],
    ],
    [
      ['bash', '-o', 'pipefail', '-c', 'sleep 20'],
      [0, endless],
    ],
    [
      ['powershell', '-Command', 'Start-Sleep -Seconds 20'],
      [20, 20],
    ],
    [
      ['pwsh.exe', '-c', 'Start-Sleep 20; Stop-Service w3svc'],
      [20, endless],
    ],
    [
      ['powershell', 'Start-Sleep', '-s', '20'],
      [20, 20],
    ],
    [
      ['pwsh', 'Start-Sleep', '-s', '20'],
      [0, endless],
    ],
    [
      ['powershell', '-Command', 'Stop-Service w3svc; Start-Sleep 20'],
      [0, endless],
    ],
    [
      ['powershell', '-Command', 'Start-Sleep -Milliseconds 1500'],
      [1.5, 1.5],
    ],
    [
      ['cmd', '/c', 'ping -n 21 127.0.0.1 > NUL'],
      [20, endless],
    ],
    [
      ['cmd', '/c', 'timeout /t 20'],
      [0, endless],
    ],
    [
      ['timeout', '/t', '20'],
      [0, endless],
    ],
  ])('%j', (command, expected) => expect(preStop({ exec: { command } })).toEqual(expected));
});

describe('scripts', () => {
  test.each<[string, unknown]>([
    ['sleep 20', [20, 20]],
    ['sleep 20;', [20, 20]],
    ['sleep 5; sleep 10', [15, 15]],
    ['sleep 5 && sleep 10', [15, 15]],
    ['sleep 5\nsleep 10\n', [15, 15]],
    ['sleep 5 \\\n  10', [15, 15]],
    ['# wait for endpoints\nsleep 20 # seconds', [20, 20]],
    ['exec sleep 20', [20, 20]],
    ['"sleep" \'20\'', [20, 20]],
    ['sleep "20s"', [20, 20]],
    ['echo "stopping; please wait" && sleep 20', [20, 20]],
    ["echo 'it''s done' > /proc/1/fd/1; sleep 20", [20, 20]],
    ['sleep 20 > /dev/null 2>&1', [20, 20]],
    ['sleep 20 > /var/log/stop', [0, 20]],
    ['sleep 20; nginx -s quit', [20, endless]],
    ['sleep 20 && /app/stop', [20, endless]],
    ['sleep 20 || true', [20, 20]],
    ['true || sleep 20', [0, 0]],
    ['false || sleep 20', [20, 20]],
    ['! false && sleep 20', [20, 20]],
    ['{ sleep 5; sleep 5; }; sleep 5', [15, 15]],
    ['(sleep 5; sleep 5); sleep 5', [15, 15]],
    ['DELAY=20; sleep $DELAY', [20, 20]],
    ['export DELAY=20; sleep $DELAY', [20, 20]],
    ['A=5; B=$((A * 2 + 5)); sleep $B', [15, 15]],
    ['sleep $((10 + 5))', [15, 15]],
    ['sleep $((010))', [0, endless]],
    ['sleep $DELAY', [0, endless]],
    ['[ -f /tmp/x ] && DELAY=20; sleep $DELAY', [0, endless]],
    ['DELAY=5; [ -f /tmp/x ] && DELAY=20; sleep $DELAY', [0, endless]],
    ['[ -f /tmp/x ] && sleep 20', [0, 20]],
    ['touch /tmp/unready && sleep 20', [0, endless]],
    ['touch /tmp/unready; sleep 20', [20, endless]],
    ['set -e; touch /tmp/unready; sleep 20', [0, endless]],
    ['set -e; touch /tmp/unready || true; sleep 20', [20, endless]],
    ['echo "$(date) stopping"; sleep 20', [20, 20]],
    ['echo "$(/app/status)"; sleep 20', [0, endless]],
    ['echo bye | tee /proc/1/fd/1; sleep 20', [20, endless]],
    // What an unknown command does to the container is not known: it may end with the hook in it.
    ['nginx -s quit; sleep 20', [0, endless]],
    ['kill -TERM 1; sleep 20', [0, endless]],
    ['/app/drain && sleep 20', [0, endless]],
    ['sleep 20 & wait', [0, endless]],
    ['(sleep 20; kill 1) &', [0, endless]],
    ['sleep 20 | cat', [0, endless]],
    ['if [ -f /tmp/x ]; then sleep 20; fi', [0, endless]],
    ['if [ -f /tmp/x ]; then sleep 5; fi; sleep 20', [0, endless]],
    ['sleep 20; while pgrep nginx; do sleep 1; done', [20, endless]],
    ['for i in 1 2 3; do sleep 10; done', [0, endless]],
    ['exit 0; sleep 20', [0, 20]],
    ["sh -c 'exit 1' || sleep 20", [0, 20]],
    ['(exit 1) || sleep 20', [0, 20]],
    [': > /var/log/stop; sleep 20', [0, 20]],
    ['echo bye > /var/log/stop; sleep 20', [20, 20]],
    ['trap "" TERM; sleep 20', [0, endless]],
    ['sleep $(cat /etc/delay)', [0, endless]],
    ['sleep `cat /etc/delay`', [0, endless]],
    ["sh -c 'sleep 20'", [20, 20]],
    ["sh -c 'sleep 5'; sleep 5", [10, 10]],
    ['f() { sleep 20; }; f', [0, endless]],
    ['cat <<EOF\nsleep 20\nEOF', [0, endless]],
    ['sleep 20 "', [0, endless]],
    ['sleep 20 )', [0, endless]],
    ['', [0, 0]],
    ['( ( (sleep 20) ) )', [20, 20]],
    ['((sleep 20))', [0, endless]],
    ['sleep 20 | ! true', [0, endless]],
    ['sleep 20; done', [0, endless]],
    [`${'( '.repeat(3000)}sleep 20${' )'.repeat(3000)}`, [0, endless]],
    [`echo ${'$('.repeat(3000)}sleep 20${')'.repeat(3000)}`, [0, endless]],
    [`sleep $((${'('.repeat(3000)}20${')'.repeat(3000)}))`, [0, endless]],
    [`${'busybox '.repeat(1200)}sleep 20`, [20, 20]],
    [`${'sleep 1;'.repeat(2000)}`, [0, endless]],
  ])('%j', (script, expected) => expect(shell(script)).toEqual(expected));
});

describe("the container's environment", () => {
  test.each<[string, object[], unknown]>([
    ['a literal', [{ name: 'DELAY', value: '20' }], [20, 20]],
    [
      'the last of two',
      [
        { name: 'DELAY', value: '5' },
        { name: 'DELAY', value: '20' },
      ],
      [20, 20],
    ],
    [
      'from a ConfigMap',
      [{ name: 'DELAY', valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } }],
      [0, endless],
    ],
    ['a reference', [{ name: 'DELAY', value: '$(OTHER)' }], [0, endless]],
    ['a placeholder', [{ name: 'DELAY', value: '@@DELAY@@' }], [0, endless]],
  ])('%s', (_, env, expected) => expect(shell('sleep $DELAY', { env })).toEqual(expected));
});

test('whatever the script, its limits never cross and reading it never throws', () => {
  const piece = fc.constantFrom(
    'sleep 5',
    'sleep',
    '5',
    ' ',
    ';',
    '&&',
    '||',
    '|',
    '&',
    '\n',
    '(',
    ')',
    '{ ',
    ' }',
    '"',
    "'",
    '`',
    '$(',
    '$((',
    ')',
    'if ',
    ' then ',
    ' fi',
    'exit',
    'X=3',
    '$X',
    '> /x',
    '\\',
    '#',
    'set -e',
    '!',
    'true',
    'false',
    'nginx',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const result = shell(pieces.join(''));
      if (result === 'unknown') return;
      const [atLeast, atMost] = result as [number, number];
      expect(atLeast).toBeGreaterThanOrEqual(0);
      expect(atMost).toBeGreaterThanOrEqual(atLeast);
    }),
    { numRuns: 2000 },
  );
});
