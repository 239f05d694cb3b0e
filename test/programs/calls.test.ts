import { describe, expect, test } from 'vitest';
import { decidingCalls } from '../../src/programs/calls.ts';

const environment = new Map([['HOST', 'db']]);

/** Each call as its words; `?` is not known. */
function callsOf(argv: readonly string[]): readonly string[] {
  return decidingCalls(argv, environment).map(({ program, args, redirects }) =>
    [program, ...args.map((arg) => arg ?? '?'), ...redirects.map((file) => `>${file ?? '?'}`)].join(' '),
  );
}

const inShell = (script: string): readonly string[] => callsOf(['sh', '-c', script]);

describe('programs that a command runs', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['itself', ['/usr/bin/pg_isready', '-h', 'db'], ['pg_isready -h db']],
    ['in a shell', ['/bin/bash', '-ec', 'pg_isready -h db'], ['pg_isready -h db']],
    ['in a shell with arguments', ['sh', '-c', 'nc -z $0 $1', 'db', '5432'], ['nc -z db 5432']],
    ['after timeout', ['timeout', '-k', '5', '10', 'nc', '-z', 'db', '1'], ['nc -z db 1']],
    ['after timeout with a signal', ['timeout', '-s', 'KILL', '10s', 'true'], ['true']],
    ['after env', ['env', '-i', 'A=b c', 'psql'], ['psql']],
    ['of busybox', ['busybox', 'nc', 'db', '1'], ['nc db 1']],
    ['in shells in shells', ['sh', '-c', "exec sh -c 'nc db 1'"], ['nc db 1']],
    ['a script in a file is not read', ['sh', '/probe.sh'], []],
    ['no script', ['sh', '-c'], []],
    ['nothing', [], []],
    ['wrappers alone', ['timeout', '5'], []],
  ])('%s', (_, argv, expected) => expect(callsOf(argv)).toEqual(expected));
});

describe('what decides', () => {
  test.each<[string, readonly string[]]>([
    ['a && b', ['a', 'b']],
    ['a || b', ['a', 'b']],
    ['a | b', ['a', 'b']],
    ['! a', ['a']],
    ['a; b', ['b']],
    ['a\nb', ['b']],
    ['set -e; a; b', ['a', 'b']],
    ['set -o errexit; a; b', ['a', 'b']],
    ['a || exit 1; b', ['a', 'exit 1', 'b']],
    ['a || { echo no; exit 1; }; b', ['a', 'exit 1', 'b']],
    ['a || true', ['true']],
    ['a || :', [':']],
    ['a || exit 0', ['exit 0']],
    ['a && b || echo no', ['echo no']],
    ['a || true && b', ['true', 'b']],
    ['a &', []],
    ['(a; b)', ['b']],
    ['[ "$(a)" = yes ]', ['a', '[ ? = yes ]']],
    ['x=$(a)', ['a']],
    ['if a; then exit 1; fi', []],
    ['a; if b; then exit 1; fi', []],
    ['while a; do b; done', []],
    ["a 'unclosed", []],
    ['f() { a; }; f', []],
    ['</dev/tcp/db/5432', [' >/dev/tcp/db/5432']],
    ['a >/dev/null 2>&1', ['a >/dev/null >1']],
  ])('%s', (script, expected) => expect(inShell(script)).toEqual(expected));
});

describe('what is known of arguments', () => {
  test.each<[string, readonly string[]]>([
    [`a $HOST "\${HOST}" x$HOST`, ['a db db xdb']],
    ['a $OTHER', ['a ?']],
    ['HOST=cache; a $HOST', ['a cache']],
    ['HOST=cache a $HOST', ['a db']],
    ['test -n "$X" && HOST=cache; a $HOST', ['a ?']],
    ['HOST=$(cat /host); a $HOST', ['a ?']],
    ['if true; then HOST=x; fi; a $HOST', ['a ?']],
    ['(HOST=cache); a $HOST', ['a db']],
    ["a '$HOST' \\$HOST", ['a $HOST $HOST']],
    [`a \${HOST:-cache}`, ['a ?']],
    ['a `hostname`', ['hostname', 'a ?']],
  ])('%s', (script, expected) => expect(inShell(script)).toEqual(expected));

  test('what stands before a program is its own', () => {
    const [call] = decidingCalls(['sh', '-c', 'PGHOST=db psql'], environment);
    expect([...(call?.variables ?? [])]).toEqual([
      ['HOST', 'db'],
      ['PGHOST', 'db'],
    ]);
  });

  test('what is far too long or too deep is left unread', () => {
    expect(callsOf(['a', 'x'.repeat(10_001)])).toEqual([]);
    let script = 'a';
    for (let depth = 0; depth < 40; depth += 1) script = `$(${script})`;
    expect(inShell(`b ${script}`).at(-1)).toBe('b ?');
  });
});
