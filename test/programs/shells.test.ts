import { describe, expect, test } from 'vitest';
import { innerShell, outermost, programName, scriptAmong } from '../../src/programs/shells.ts';

test.each([
  ['/usr/bin/gunicorn', 'gunicorn'],
  ['C:\\app\\Java.EXE', 'java'],
  ['./run.sh', 'run.sh'],
  ['bin/', ''],
])('the name of %s', (word, name) => expect(programName(word)).toBe(name));

describe('the script among the arguments of a shell', () => {
  test.each<[string, readonly (string | null)[], ReturnType<typeof scriptAmong>]>([
    ['alone', ['-c', 'x'], { at: 1, strict: false, pipefail: false }],
    ['with -e', ['-xec', 'x'], { at: 1, strict: true, pipefail: false }],
    ['with -e before it', ['-e', '-c', 'x'], { at: 2, strict: true, pipefail: false }],
    ['with pipefail', ['-euo', 'pipefail', '-c', 'x'], { at: 3, strict: true, pipefail: true }],
    ['a file', ['/run.sh', '-c'], null],
    ['an argument that is not known', [null, '-c', 'x'], null],
    ['none', ['-e'], null],
  ])('%s', (_, args, expected) => expect(scriptAmong(args)).toEqual(expected));
});

test('the arguments after a script are its numbered variables', () => {
  const inner = innerShell(['-ec', 'echo $0', 'a', null], outermost(new Map([['X', '1']])));
  expect(inner?.script).toBe('echo $0');
  expect([...(inner?.shell.variables ?? [])]).toEqual([
    ['X', '1'],
    ['0', 'a'],
    ['1', null],
  ]);
  expect(inner?.shell.strict).toBe(true);
});

test('a shell that may refuse its options runs nothing that is known', () => {
  expect(innerShell(['-o', 'pipefail', '-c', 'sleep 5'], outermost(new Map()))).toBeNull();
});
