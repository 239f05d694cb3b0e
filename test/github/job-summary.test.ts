import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeJobSummary } from '../../src/github/job-summary.ts';

const file = {
  size: async (path: string) => (await stat(path)).size,
  append: (path: string, text: string) => appendFile(path, text),
};
const MiB = 1024 * 1024;
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'summary-'));
  path = join(directory, 'summary.md');
});
afterEach(() => rm(directory, { recursive: true }));

test('is added to what is there', async () => {
  await writeFile(path, 'before\n');
  expect(await writeJobSummary(path, '# Review\n\n', file)).toEqual({ written: true, cut: false });
  expect(await readFile(path, 'utf8')).toBe('before\n# Review\n');
});

test('is cut at 1 MiB of the whole file, in bytes', async () => {
  await writeFile(path, 'x'.repeat(1000));
  expect(await writeJobSummary(path, '| ⛔️ 😀 |\n'.repeat(100_000), file)).toEqual({
    written: true,
    cut: true,
  });
  const size = (await stat(path)).size;
  expect(size).toBeLessThanOrEqual(MiB);
  expect(size).toBeGreaterThan(MiB - 200);
  expect(await readFile(path, 'utf8')).toMatch(/\| ⛔️ 😀 \|\n\n\*Cut here/);
});

test.each([
  ['not set', undefined, 'No job summary: GITHUB_STEP_SUMMARY is not set.'],
  ['no folder', '/nowhere/at/all/summary.md', /^No job summary: ENOENT/],
])('%s: is told, not thrown', async (_, where, reason) => {
  const outcome = await writeJobSummary(where, 'text', file);
  expect(outcome).toMatchObject({ written: false });
  expect(!outcome.written && outcome.reason).toMatch(reason);
});

test('full already', async () => {
  await writeFile(path, 'x'.repeat(MiB));
  expect(await writeJobSummary(path, 'text', file)).toMatchObject({ written: false });
});
