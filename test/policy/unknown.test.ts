import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closeKubernetes, type Less, overclaims } from './unknowns.ts';

afterAll(closeKubernetes);

const folder = new URL('../../fixtures/guides/', import.meta.url).pathname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yaml'),
);
const text = (file: string) => readFileSync(join(folder, file), 'utf8');

/** Each change and each object of the guides, with its base where it has one. */
const changes = files
  .filter((file) => !file.endsWith('-base.yaml'))
  .map((head) => {
    const base = head.replace('-head.yaml', '-base.yaml');
    return [
      head,
      { head: text(head), ...(base !== head && files.includes(base) ? { base: text(base) } : {}) },
    ] as const;
  })
  .sort(([a], [b]) => (a < b ? -1 : 1));

/** Some of many, always the same ones. */
function some(all: readonly Less[]): readonly Less[] {
  const step = Math.max(1, Math.floor(all.length / 12));
  return all.filter((_, index) => index % step === 0);
}

test.each(changes)('who knows less of %s says no more', async (_, input) => {
  expect(await overclaims(input, some)).toEqual([]);
});
