import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import type { Bar, Picture } from '../../src/lifecycle/picture.ts';
import { pictureTable } from '../../src/review/picture-table.ts';
import { pictureText } from '../../src/review/picture-text.ts';
import { hardPictures, pictures } from '../pictures/pictures.ts';

const shutdown: Picture = {
  title: 'Shutdown of `web`',
  origin: 'the pod is told to stop',
  sections: [
    {
      name: 'kubelet',
      bars: [
        { label: 'preStop 60 s', fromSeconds: 0, toSeconds: 30, kind: 'wait' },
        { label: 'SIGTERM', fromSeconds: 30, toSeconds: 30, kind: 'mark' },
        { label: '2 s left for the application', fromSeconds: 30, toSeconds: 32, kind: 'work' },
        { label: 'the rest of preStop never runs', fromSeconds: 32, toSeconds: 60, kind: 'harm' },
      ],
    },
    { name: 'empty', bars: [] },
    {
      name: 'traffic',
      bars: [
        {
          label: 'requests in flight of `web` are cut, some of them twice',
          fromSeconds: 31.5,
          toSeconds: 32,
          kind: 'harm',
        },
      ],
    },
  ],
};

test('as a table', () => {
  expect(pictureTable(shutdown)).toBe(`| seconds after the pod is told to stop |  | Shutdown of \`web\` |
| --- | --- | --- |
| 0–30 | kubelet | preStop 60 s |
| 30 |  | SIGTERM |
| 30–32 |  | 2 s left for the application |
| 32–60 |  | **the rest of preStop never runs** |
| 31.5–32 | traffic | **requests in flight of \`web\` are cut, some of them twice** |`);
});

test('for a terminal', () => {
  expect(pictureText(shutdown)).toEqual([
    'Shutdown of web, seconds after the pod is told to stop',
    'kubelet',
    '  ----------------                  0–30 s     preStop 60 s',
    '                  *                 30 s       SIGTERM',
    '                  =                 30–32 s    2 s left for the application',
    '                   ###############  32–60 s    the rest of preStop never runs',
    'traffic',
    '                   #                31.5–32 s  requests in flight of web are',
    '                                               cut, some of them twice',
    '  = as planned   - time passes   # harm   * a moment',
  ]);
});

test('with nothing but its origin', () => {
  const picture = { title: 'A moment', origin: 'nothing happens', sections: [] };
  expect(pictureTable(picture)).toBe('| seconds after nothing happens |  | A moment |\n| --- | --- | --- |');
  expect(pictureText(picture)).toEqual(['A moment, seconds after nothing happens']);
});

const everything = Object.entries({ ...pictures, ...hardPictures });

test.each(everything)('%s fits a terminal', (_, picture) => {
  expectLines(picture);
});

function expectLines(picture: Picture): void {
  for (const line of pictureText(picture)) {
    expect([...line].length).toBeLessThanOrEqual(80);
    expect(line).toBe(line.trimEnd());
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}`]/u);
  }
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** A table of as many rows as there are bars, whose cells hold nothing but words and code spans. */
function expectTable(picture: Picture): void {
  const { children } = fromMarkdown(pictureTable(picture), {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  expect(children.map(({ type }) => type)).toEqual(['table']);
  const rows = (children[0] as Node).children ?? [];
  expect(rows).toHaveLength(1 + picture.sections.flatMap(({ bars }) => bars).length);
  for (const { children: cells = [] } of rows) {
    expect(cells).toHaveLength(3);
    cells.forEach(expectWords);
  }
}

function expectWords({ type, value, children = [] }: Node): void {
  expect(['tableCell', 'strong', 'text', 'inlineCode']).toContain(type);
  if (type === 'text') expect(value).not.toMatch(/[@#&<>*_~|[\]\\$]|\w:\w|www\./);
  children.forEach(expectWords);
}

describe('no text breaks out of its place', () => {
  test.each(everything)('%s', (_, picture) => {
    expectTable(picture);
  });

  test('whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '`',
          '``',
          'a`b',
          '|',
          '\\',
          '\\|',
          '\n',
          '\r',
          '<b>',
          '</details>',
          '-->',
          '&lt;',
          '@octocat',
          '#1',
          'GH-1',
        ],
        ...[
          'o/r#1',
          '**',
          '_',
          '~~',
          '[a](b)',
          '![a](b)',
          'https://a.example',
          'www.a.example',
          'a@b.example',
          ':tada:',
        ],
        ...[
          '$x$',
          '0123456789abcdef',
          '\u202e',
          '\ud800',
          ' ',
          '- ',
          '1. ',
          '# ',
          'x',
          '`web`',
          'x'.repeat(90),
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const second = fc.double({ noDefaultInfinity: false });
    const bar: fc.Arbitrary<Bar> = fc.record({
      label: text,
      fromSeconds: second,
      toSeconds: second,
      kind: fc.constantFrom('work', 'wait', 'harm', 'mark'),
    });
    const picture = fc.record({
      title: text,
      origin: text,
      sections: fc.array(fc.record({ name: text, bars: fc.array(bar, { maxLength: 3 }) }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(picture, (drawn) => {
        expectTable(drawn);
        expectLines(drawn);
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
