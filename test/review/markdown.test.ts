import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { commentBody } from '../../src/review/comment.ts';
import { inFull } from '../../src/review/in-full.ts';
import { pictureTable } from '../../src/review/picture-table.ts';
import type { Report } from '../../src/review/report.ts';
import { jobSummary, quietSummary, summaryComment } from '../../src/review/summary.ts';
import { noPaint, reviewText } from '../../src/review/text.ts';
import { wellFormed } from '../../src/text/well-formed.ts';
import { hostileReport } from './support.ts';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly lang?: string | null;
  readonly url?: string;
  readonly children?: readonly Node[];
}

const link = (path: string, line: number | null) =>
  `https://github.com/o/r/blob/0/${encodeURIComponent(wellFormed(path)).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}#L${line}`;

/** Everything that we post, by name. */
function posted(report: Report): readonly (readonly [string, string])[] {
  return [
    ['comment', commentBody([report.findings[0]!])],
    ['comment without a line', commentBody([report.findings[1]!])],
    ['comment of a checklist', commentBody([report.findings[4]!, report.findings[5]!])],
    ['in full', inFull(report.findings, link, pictureTable).join('\n\n')],
    ['summary comment', summaryComment(report, link) ?? ''],
    ['job summary', jobSummary(report, () => null, 1)],
    ['quiet', quietSummary(report)],
  ];
}

/** The shape of a document: every node with what is not inside a code span. */
function shape(markdown: string): unknown {
  const outline = (node: Node): unknown => {
    if (node.type === 'inlineCode') return '`…`';
    // What stands in a drawing is Mermaid's matter (gantt.test.ts); that it stays in it is Markdown's.
    if (node.type === 'code') return ['code', node.lang, node.value?.split('\n').length];
    if (node.type === 'link')
      return ['link', node.url?.startsWith('https://'), ...(node.children ?? []).map(outline)];
    return [
      node.type,
      ...(node.value === undefined ? [] : [node.value]),
      ...(node.children ?? []).map(outline),
    ];
  };
  return outline(
    fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node,
  );
}

const harmless = posted(hostileReport('web')).map(([name, markdown]) => [name, shape(markdown)]);

function expectNoMarkup(text: string): void {
  const found = posted(hostileReport(text)).map(([name, markdown]) => [name, shape(markdown)]);
  expect(found).toEqual(harmless);
}

describe('no text leaves its code span', () => {
  test.each([
    '`',
    '``` \n```suggestion\nx\n```',
    'a|b',
    'a\\|b',
    'a\\\\|<img src=x>|',
    '@octocat/team',
    '#1 and GH-1',
    '<script>alert(1)</script>',
    '</details>',
    '-->',
    '<!-- pod-lifecycle-review:x -->',
    '![x](https://evil.example/x.png)',
    '](https://evil.example)',
    '[a](b)',
    '**bold** _under_ ~~gone~~',
    'https://evil.example',
    'evil@example.org',
    '\u202Egnp.exe',
    '\u2067\u2069\u200f',
    'line\nbreak\r\nand\u2028more',
    '\n\n# heading\n\n- item\n\n| a | b |\n|---|---|\n',
    '\ud800',
    '\udc00 x',
    '  leading and trailing  ',
    '\\',
    'a\\',
    '\u0000',
    ':tada:',
    '$x$',
    '&lt;b&gt;',
    '()',
    '%28',
    '',
  ])('%j', (text) => {
    expectNoMarkup(text);
  });

  test('whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '|',
        '\\',
        '\n',
        '\r',
        '<',
        '>',
        '@a',
        '](',
        '![',
        '**',
        '-->',
        '</details>',
        '\u202e',
        '\ud800',
        ' ',
        '#',
        '- ',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, expectNoMarkup), { numRuns: 300 });
  }, 60_000);
});

test('a terminal gets no control characters', () => {
  const text = reviewText(hostileReport('a\u001b[2J\u202eb\rc\u0007'), noPaint);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
