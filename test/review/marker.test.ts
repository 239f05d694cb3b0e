import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Marker, parseMarker, withMarker } from '../../src/review/marker.ts';

const finding: Marker = { kind: 'finding', commentKey: 'default', fingerprints: ['a'] };
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('opens the body, invisibly', () => {
  expect(withMarker(finding, '**text**')).toBe(
    '<!-- pod-lifecycle-review:eyJraW5kIjoiZmluZGluZyIsImNvbW1lbnRLZXkiOiJkZWZhdWx0IiwiZmluZ2VycHJpbnRzIjpbImEiXX0 -->\n**text**',
  );
});

test('replaces a marker that the body had', () => {
  const summary: Marker = { kind: 'summary', commentKey: 'x', headSha: 'a'.repeat(40) };
  expect(withMarker(summary, withMarker(finding, 'text'))).toBe(withMarker(summary, 'text'));
  expect(parseMarker(withMarker(summary, withMarker(finding, 'text')))).toEqual(summary);
});

const text = fc.string({ unit: 'grapheme' });
const anyMarker: fc.Arbitrary<Marker> = fc.oneof(
  fc.record({ kind: fc.constant('summary' as const), commentKey: text, headSha: text }),
  fc.record({
    kind: fc.constant('finding' as const),
    commentKey: text,
    fingerprints: fc.array(text, { minLength: 1 }),
  }),
);

test('comes back as it was, and nothing in it ends the HTML comment', () => {
  fc.assert(
    fc.property(anyMarker, fc.string(), (marker, body) => {
      const marked = withMarker(marker, body);
      expect(parseMarker(marked)).toEqual(marker);
      expect(marked.split('\n')[0]!.match(/-->/g)).toHaveLength(1);
    }),
  );
});

test('any text is read without a word', () => {
  fc.assert(
    fc.property(fc.string(), (body) => {
      expect(parseMarker(body)).toBeNull();
      parseMarker(`<!-- pod-lifecycle-review:${body} -->`);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['not at the start', ` ${withMarker(finding, '')}`],
  ['quoted by somebody', `> ${withMarker(finding, '')}`],
  ['further down', `text\n${withMarker(finding, '')}`],
  ['no JSON', '<!-- pod-lifecycle-review:abc -->'],
  ['another kind', `<!-- pod-lifecycle-review:${encoded({ ...finding, kind: 'other' })} -->`],
  ['a field too many', `<!-- pod-lifecycle-review:${encoded({ ...finding, extra: 1 })} -->`],
  ['a field too few', `<!-- pod-lifecycle-review:${encoded({ kind: 'finding', commentKey: 'x' })} -->`],
  ['no fingerprint', `<!-- pod-lifecycle-review:${encoded({ ...finding, fingerprints: [] })} -->`],
  ['a number', `<!-- pod-lifecycle-review:${encoded({ ...finding, fingerprints: [1] })} -->`],
  ['padded', `<!-- pod-lifecycle-review:${encoded(finding)}= -->`],
  ['a bit too many', `<!-- pod-lifecycle-review:${encoded(finding)}A -->`],
  ['not UTF-8', `<!-- pod-lifecycle-review:${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')} -->`],
  ['another tool', `<!-- other:${encoded(finding)} -->`],
])('%s is no marker', (_, body) => {
  expect(parseMarker(body)).toBeNull();
});
