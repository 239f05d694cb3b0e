import { describe, expect, test } from 'vitest';
import { isAdded, type LineRange, place } from '../../src/review/place.ts';
import type { FileChange, Hunk } from '../../src/text/change.ts';
import type { Location } from '../../src/text/location.ts';

const path = 'deploy/web.yaml';

/** A hunk of head's lines `from` to `to` that adds some of them. */
function hunk(from: number, to: number, added: readonly number[]): Hunk {
  const newLines = to - from + 1;
  return { oldStart: from, oldLines: newLines - added.length, newStart: from, newLines, added, deleted: [] };
}

function changed(...hunks: Hunk[]): ReadonlyMap<string, FileChange> {
  return new Map([[path, { path, previousPath: null, status: 'modified', binary: false, hunks }]]);
}

function at(startLine: number, endLine = startLine, more: Partial<Location> = {}): Location {
  return {
    path,
    startLine,
    startColumn: 1,
    endLine,
    endColumn: 9,
    revision: 'head',
    kind: 'manifest',
    ...more,
  };
}

const inline = (startLine: number, endLine = startLine, file = path) => ({
  kind: 'inline',
  path: file,
  startLine,
  endLine,
  side: 'RIGHT',
});
const summary = (startLine: number, endLine = startLine) => ({
  kind: 'summary',
  path,
  startLine,
  endLine,
  side: null,
});

const none = () => null;
const object = (startLine: number, endLine: number) => (): LineRange => ({ startLine, endLine });

describe('a line that was read in the base', () => {
  const hunks = [{ oldStart: 5, oldLines: 3, newStart: 5, newLines: 2, added: [], deleted: [6] }];
  const change = (previousPath: string | null): ReadonlyMap<string, FileChange> =>
    new Map([[path, { path, previousPath, status: 'modified', binary: false, hunks }]]);
  const left = { kind: 'inline', path, startLine: 6, endLine: 6, side: 'LEFT' };
  const base = (line: number, file = path) => at(line, line, { revision: 'base', path: file });

  test.each([
    ['is deleted', at(40), [base(6)], change(null), left],
    [
      'is deleted from a file that has another name now',
      at(40),
      [base(6, 'old.yaml')],
      change('old.yaml'),
      left,
    ],
    ['is not deleted', at(40), [base(5)], change(null), summary(40)],
    ['is of another file', at(40), [base(6, 'old.yaml')], change(null), summary(40)],
    ['is deleted, but the cause is in the diff', at(6), [base(6)], change(null), inline(6)],
  ])('%s', (_, location, read, changes, expected) => {
    expect(place(location, read, none, changes)).toEqual(expected);
  });
});

describe('a line of the diff', () => {
  // Lines 10 to 16; 13 is added, the rest is git's context.
  const changes = changed(hunk(10, 16, [13]));

  test.each([
    [9, summary(9)],
    [10, inline(10)],
    [13, inline(13)],
    [16, inline(16)],
    [17, summary(17)],
  ])('line %i', (line, expected) => {
    expect(place(at(line), [], none, changes)).toEqual(expected);
  });

  test.each([
    ['within the hunk', 11, 16, inline(11, 16)],
    ['that leaves the hunk: its first line', 14, 18, inline(14)],
    ['that begins before the hunk', 8, 12, summary(8, 12)],
  ])('a range %s', (_, start, end, expected) => {
    expect(place(at(start, end), [], none, changes)).toEqual(expected);
  });

  test('a range over two hunks is anchored at its first line', () => {
    expect(place(at(12, 20), [], none, changed(hunk(10, 13, [12]), hunk(18, 22, [20])))).toEqual(inline(12));
  });

  test('a range of more than ten lines is anchored at its first line', () => {
    const long = changed(hunk(1, 100, [50]));
    expect(place(at(20, 29), [], none, long)).toEqual(inline(20, 29));
    expect(place(at(20, 30), [], none, long)).toEqual(inline(20));
  });

  test('a hunk that only deletes has no lines', () => {
    expect(place(at(10), [], none, changed({ ...hunk(10, 9, []), oldLines: 3 }))).toEqual(summary(10));
  });
});

describe('a line outside the diff', () => {
  const changes = changed(hunk(10, 14, [11, 12]), hunk(40, 44, [41]));

  test('gives way to an added line that was read', () => {
    const other = 'deploy/other.yaml';
    const both = new Map([...changes, [other, { ...changes.get(path)!, path: other }]]);
    const read = [at(10, 10, { path: other }), at(12, 12, { path: other })];
    expect(place(at(30), read, object(1, 50), both)).toEqual(inline(12, 12, other));
  });

  test.each([
    ['nearest to it', at(20), [1, 50], inline(12)],
    ['nearest to it, after it', at(30), [1, 50], inline(41)],
    ['of the same object only', at(30), [1, 35], inline(12)],
    ['and of none, when the object has none', at(30), [15, 39], summary(30)],
  ] as const)('goes to the added line %s', (_, location, [start, end], expected) => {
    expect(place(location, [], object(start, end), changes)).toEqual(expected);
  });

  test('of two equally near lines the first', () => {
    expect(
      place(
        at(15),
        [],
        object(1, 50),
        changed(hunk(10, 20, [13, 17]).newLines ? hunk(10, 13, [13]) : hunk(1, 1, []), hunk(17, 20, [17])),
      ),
    ).toEqual(inline(13));
  });

  test('of a file that did not change goes to the summary', () => {
    expect(place(at(12, 12, { path: 'a.yaml' }), [], object(1, 50), changes)).toEqual({
      ...summary(12),
      path: 'a.yaml',
    });
  });
});

test('a line of base is never commented', () => {
  const location = at(12, 12, { revision: 'base' });
  expect(place(location, [location], object(1, 50), changed(hunk(10, 14, [12])))).toEqual(summary(12));
});

test('without a line there is only the summary', () => {
  const nowhere = { kind: 'summary', path: null, startLine: null, endLine: null, side: null };
  expect(place(null, [at(12)], object(1, 50), changed(hunk(10, 14, [12])))).toEqual(nowhere);
});

test('added is what the change wrote, not its context', () => {
  const changes = changed(hunk(10, 14, [12]));
  expect(
    [at(12), at(11), at(12, 12, { revision: 'base' }), null].map((each) => isAdded(each, changes)),
  ).toEqual([true, false, false, false]);
});
