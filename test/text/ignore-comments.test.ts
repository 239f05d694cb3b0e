import { describe, expect, test } from 'vitest';
import { ignoreCommentsOf } from '../../src/text/ignore-comments.ts';

const found = (source: string) =>
  ignoreCommentsOf('a.yaml', source).map(({ line, covers, text }) => [line, covers, text]);

describe('a comment covers', () => {
  test.each<[string, string, unknown[]]>([
    ['the next line', '# lifecycle-ignore: a -- why\nkey: 1\n', [[1, 2, 'a -- why']]],
    ['its own line, behind a value', 'key: 1 # lifecycle-ignore: a -- why\nnext: 2\n', [[1, 1, 'a -- why']]],
    [
      'the next line with text, past other comments and empty lines',
      '# lifecycle-ignore: a -- why\n# more\n\n{{/* more */}}\nkey: 1\n',
      [[1, 5, 'a -- why']],
    ],
    [
      'one and the same line with another',
      '# lifecycle-ignore: a -- x\n  # lifecycle-ignore: b -- y\nkey: 1',
      [
        [1, 3, 'a -- x'],
        [2, 3, 'b -- y'],
      ],
    ],
    ['the next line of a template', '{{/* lifecycle-ignore: a -- why */}}\nkey: 1', [[1, 2, 'a -- why']]],
    [
      'also with its blanks trimmed',
      '  {{- /* lifecycle-ignore: a -- why */ -}}\nkey: 1',
      [[1, 2, 'a -- why']],
    ],
    ['a line that ends in CRLF', '# lifecycle-ignore: a -- why\r\nkey: 1\r\n', [[1, 2, 'a -- why']]],
    [
      'nothing after the last line but itself',
      'key: 1\n# lifecycle-ignore: a -- why\n',
      [[2, 2, 'a -- why']],
    ],
  ])('%s', (_, source, expected) => expect(found(source)).toEqual(expected));
});

describe('no comment of ours', () => {
  test.each([
    'key: "lifecycle-ignore: a -- why"\n',
    'key: value#lifecycle-ignore: a -- why\n',
    '# about lifecycle-ignore: a -- why\n',
    '# lifecycle-ignored: a -- why\n',
    '{{ "lifecycle-ignore: a -- why" }}\n',
  ])('%j', (source) => expect(found(source)).toEqual([]));
});
