import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { commandSpan } from '../../src/lifecycle/script/run.ts';

// Random scripts are run by the real /bin/sh, with a `sleep` that only writes down its seconds and a command `unk` that
// fails at random: what was slept lies within the limits that were read from the text.

const folder = mkdtempSync(join(tmpdir(), 'shell-'));
const log = join(folder, 'log');
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}
program('sleep', `echo "$1" >> ${log}`);
program('unk', 'exit $(($$ % 2))');
program('touch', 'exit $(($$ % 2))');

const simple = fc.constantFrom(
  ...['sleep 1', 'sleep 2', 'sleep $X', 'sleep "$X"', 'sleep $((X + 1))', 'true', 'false', 'echo hi', 'unk'],
  ...[
    'X=3',
    'X=4 true',
    'export X=5',
    'unset X',
    'X=$(unk)',
    'exit 0',
    'set -e',
    'touch y',
    '! true',
    '! unk',
  ],
  ...['[ -f /nonexistent ]', 'sleep 4 > /dev/null', 'sleep 4 > /nonexistent/x', ': > /nonexistent/x', ': ok'],
  ...['exec sleep 3', 'wait', 'echo $(unk)', 'echo $(sleep 2)', 'sh -c "sleep 2"', "sh -c 'exit 1'"],
);

const { script } = fc.letrec<{ command: string; script: string }>((tie) => ({
  command: fc.oneof(
    { maxDepth: 3 },
    simple,
    simple,
    tie('script').map((inner) => `{ ${inner}; }`),
    tie('script').map((inner) => `( ${inner} )`),
    tie('script').map((inner) => `if unk; then ${inner}; fi`),
    fc.tuple(tie('command'), tie('command')).map(([a, b]) => `${a} | ${b.replace(/^! /, '')}`),
  ),
  script: fc
    .array(fc.tuple(tie('command'), fc.constantFrom('; ', ' && ', ' || ', '\n')), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) =>
      parts.map(([command, joint], at) => (at === 0 ? command : `${joint}${command}`)).join(''),
    ),
})) as { script: Arbitrary<string> };

function slept(text: string): number {
  rmSync(log, { force: true });
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  try {
    execFileSync('/bin/sh', ['-c', text], { env, cwd: folder, stdio: 'ignore', timeout: 5000 });
  } catch {
    // Scripts may fail; only what they slept is of interest.
  }
  writeFileSync(log, '', { flag: 'a' });
  return readFileSync(log, 'utf8')
    .split('\n')
    .reduce((sum, line) => sum + Number(line), 0);
}

test.skipIf(process.platform === 'win32')(
  'what a script sleeps lies within its limits',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(script, (text) => {
        const span = commandSpan(['sh', '-c', text], new Map());
        if (span.atLeast === 0 && span.atMost === Number.POSITIVE_INFINITY) return;
        const seconds = slept(text);
        expect(seconds).toBeGreaterThanOrEqual(span.atLeast);
        expect(seconds).toBeLessThanOrEqual(span.atMost);
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  },
);
