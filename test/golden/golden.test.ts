import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/review/report.ts';
import { run } from '../shell/command-support.ts';

const root = new URL('../../', import.meta.url).pathname;
const sides = (example: string) => [
  '--base-dir',
  `fixtures/${example}/base`,
  '--head-dir',
  `fixtures/${example}/head`,
];

/** `npx vitest run test/golden --update` writes the files anew; a reader of the change judges the difference. */
describe('the bundled examples read as before', () => {
  test.each([
    ['text', 'demo', 'demo.txt'],
    ['markdown', 'demo', 'demo.md'],
    ['json', 'demo', 'demo.json'],
    ['text', 'kustomize', 'kustomize.txt'],
    ['markdown', 'kustomize', 'kustomize.md'],
  ])('%s of %s', async (format, example, file) => {
    const { code, out, err } = await run(root, 'review', ...sides(example), '--quiet', '--format', format);
    expect([code, err]).toEqual([1, '']);
    if (format === 'json') reportSchema.parse(JSON.parse(out));
    await expect(out).toMatchFileSnapshot(file);
  });
});

/** Values of an Argo CD Application: in a file, inline, and through an app of apps. */
describe('a change of what GitOps tools release reads as before', () => {
  const gitOps = ['--base-dir', 'fixtures/gitops/base', '--head-dir', 'fixtures/gitops/head'];

  test.each([
    ['text', 'gitops.txt'],
    ['markdown', 'gitops.md'],
  ])('%s', async (format, file) => {
    const { code, out, err } = await run(root, 'review', ...gitOps, '--quiet', '--format', format);
    expect([code, err]).toEqual([1, '']);
    await expect(out).toMatchFileSnapshot(file);
  });
});

/** A variable that a Flux Kustomization puts into what it builds. */
describe('a change of what Flux fills in reads as before', () => {
  const flux = ['--base-dir', 'fixtures/flux/base', '--head-dir', 'fixtures/flux/head'];

  test.each([
    ['text', 'flux.txt'],
    ['markdown', 'flux.md'],
  ])('%s', async (format, file) => {
    const { code, out, err } = await run(root, 'review', ...flux, '--quiet', '--format', format);
    expect([code, err]).toEqual([1, '']);
    await expect(out).toMatchFileSnapshot(file);
  });
});

/**
 * Objects of several units: a Service, an autoscaler and a budget that stand in folders of their own, two environments of
 * one namespace, and a collection of examples that have nothing to do with each other.
 */
describe('a change of related objects in several units reads as before', () => {
  test.each([
    ['text', 'related.txt'],
    ['markdown', 'related.md'],
  ])('%s', async (format, file) => {
    const { code, out, err } = await run(root, 'review', ...sides('related'), '--quiet', '--format', format);
    expect([code, err]).toEqual([1, '']);
    await expect(out).toMatchFileSnapshot(file);
  });
});
