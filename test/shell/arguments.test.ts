import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/shell/arguments.ts';
import { readOutputs } from '../../src/shell/formats.ts';
import { UsageError } from '../../src/shell/usage-error.ts';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('a command line is read', () => {
  const args = readArguments([
    'review',
    '--base',
    'main',
    '--quiet',
    'deploy',
    '--only=a',
    '--only',
    'b,c',
    '--',
    '--odd',
  ]);
  expect(args.command).toBe('review');
  expect(args.positionals).toEqual(['deploy', '--odd']);
  expect([args.text('base'), args.text('head'), args.texts('only'), args.texts('format')]).toEqual([
    'main',
    undefined,
    ['a', 'b,c'],
    [],
  ]);
  expect([args.flag('quiet'), args.flag('worktree')]).toEqual([true, false]);
});

test('short options of Helm are known', () => {
  const args = readArguments(['render', 'charts/web', '-f', 'a.yaml', '-f', 'b.yaml', '-n', 'shop']);
  expect([args.texts('values'), args.text('namespace')]).toEqual([['a.yaml', 'b.yaml'], 'shop']);
});

describe('a wrong word is refused', () => {
  test.each([
    [[], 'say what to do: review, audit, render, validate, explain'],
    [['reveiw'], 'there is no command "reveiw", did you mean "review"?'],
    [['deploy'], 'there is no command "deploy"; there are review, audit, render, validate, explain'],
    [['--base', 'main'], 'there is no command "--base"; there are review, audit, render, validate, explain'],
    [['review', '--bsae', 'main'], 'review has no option --bsae, did you mean --base?'],
    [['review', '--bsae=main'], 'review has no option --bsae, did you mean --base?'],
    [['review', '--colour'], 'review has no option --colour; see review --help'],
    [['audit', '--head', 'x'], 'audit has no option --head; see audit --help'],
    [['review', '--base'], "Option '--base <value>' argument missing"],
    [['review', '--quiet=yes'], "Option '--quiet' does not take an argument"],
  ])('%j', (argv, message) => {
    expect(refusal(() => readArguments(argv))).toBe(message);
  });

  test.each([[['review', '-x']], [['review', '--base', '--head', 'x']]])('%j', (argv) => {
    expect(refusal(() => readArguments(argv))).not.toBe('accepted');
  });
});

describe('formats', () => {
  test.each([
    [[], [{ format: 'text', file: null }]],
    [['json'], [{ format: 'json', file: null }]],
    [
      ['text', 'json=out/report.json', 'markdown=a=b.md'],
      [
        { format: 'text', file: null },
        { format: 'json', file: 'out/report.json' },
        { format: 'markdown', file: 'a=b.md' },
      ],
    ],
    [['json=report.json'], [{ format: 'json', file: 'report.json' }]],
  ])('%j', (words, outputs) => {
    expect(readOutputs(words)).toEqual(outputs);
  });

  test.each([
    [['xml'], '--format takes text, markdown, json, not "xml"'],
    [[''], '--format takes text, markdown, json, not ""'],
    [['json='], '--format json= names no file'],
    [['text', 'json'], 'only one --format can go to standard output; write FORMAT=FILE'],
  ])('%j is refused', (words, message) => {
    expect(refusal(() => readOutputs(words))).toBe(message);
  });
});
