import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { EngineFailure, openEngine } from '../../src/engines/engine.ts';
import { renderChart } from '../../src/engines/helm.ts';
import { limitMemory } from '../../src/engines/memory-limit.ts';
import { decodeFrame, encodeFrame } from '../../src/engines/wire.ts';
import { chart } from './charts.ts';

const engine = openEngine('helm', { instances: 2, deadlineMs: 1500 });
afterAll(() => engine.close());

const simple = chart({ 'templates/a.yaml': 'a: {{ .Release.Name }}' });
const endless = chart({
  'templates/a.yaml': '{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}',
});

describe('frames', () => {
  test('carry a header and blobs', () => {
    const blobs = [new Uint8Array([1, 2]), new Uint8Array(0), new Uint8Array([3])];
    const { header, blobs: read } = decodeFrame(encodeFrame({ op: 'ü' }, blobs));
    expect(header).toMatchObject({ op: 'ü' });
    expect(read.map((b) => [...b])).toEqual([[1, 2], [], [3]]);
  });
});

describe('the memory limit', () => {
  test('is written where the build left room', () => {
    const head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0];
    const room = [5, 8, 1, 1, 2, 128, 128, 132, 128, 0];
    const module = Uint8Array.from([...head, ...room, 11, 1, 0]);
    limitMemory(module, 64);
    expect([...module]).toEqual([...head, 5, 8, 1, 1, 2, 128, 136, 128, 128, 0, 11, 1, 0]);
    expect(() => new WebAssembly.Module(module)).not.toThrow();
  });

  test.each([
    ['no memory', []],
    ['a memory without a maximum', [5, 3, 1, 0, 2]],
  ])('needs that room: %s', (_name, section) => {
    const module = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...section]);
    expect(() => limitMemory(module, 64)).toThrow('no room for a memory limit');
  });
});

describe('the pool', () => {
  test('serves many requests with few instances, each its own answer', async () => {
    const requests = Array.from({ length: 6 }, (_, i) => ({ ...simple, releaseName: `r${i}` }));
    const results = await Promise.all(requests.map((request) => renderChart(engine, request)));
    const texts = results.map((r) => ('error' in r ? r.error.message : r.documents[0]!.text));
    expect(texts).toEqual(['a: r0', 'a: r1', 'a: r2', 'a: r3', 'a: r4', 'a: r5']);
  });

  test('a request that dies takes no other with it', async () => {
    const results = await Promise.all([endless, simple, endless, simple].map((r) => renderChart(engine, r)));
    expect(results.map((r) => ('error' in r ? r.error.reason : 'rendered'))).toEqual([
      'timed-out',
      'rendered',
      'timed-out',
      'rendered',
    ]);
  });

  test('keeps the process from ending until its workers have ended', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const other = openEngine('helm', { instances: 1 });
    await renderChart(other, simple);
    const before = timers();
    const closing = other.close();
    expect(timers()).toBe(before + 1);
    await closing;
    expect(timers()).toBe(before);
  });

  test('an engine that was closed says so', async () => {
    const other = openEngine('helm', { instances: 1 });
    const answer = renderChart(other, endless);
    await other.close();
    expect(await answer).toMatchObject({ error: { reason: 'crashed' } });
  });

  test('failures have a reason', async () => {
    const call = engine.call({ op: 'helm.render', files: 1 }, []);
    expect((await call).header).toMatchObject({ error: { reason: 'render-failed' } });
    expect(new EngineFailure('crashed', 'x')).toMatchObject({ reason: 'crashed', message: 'x' });
  });
});

test('an engine that is not used starts nothing, and one that idles lets the process end', () => {
  const program = `
    import { openEngine } from './src/engines/engine.ts';
    import { renderChart } from './src/engines/helm.ts';
    openEngine('helm');
    const engine = openEngine('helm');
    engine.warm();
    const file = { path: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\\nname: web\\nversion: 0.1.0') };
    console.log(JSON.stringify(await renderChart(engine, { files: [file], values: [] })));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(JSON.parse(output)).toEqual({ documents: [], warnings: [] });
});

test.each([
  ['helm', 3.5],
  ['kustomize', 2.25],
])('the committed engine %s belongs to its sources, and is small', (name, mebibytes) => {
  expect(() => execFileSync(process.execPath, ['src/engines/build.mjs', '--check', name])).not.toThrow();
  const record = JSON.parse(readFileSync('dist/engines/engines.json', 'utf8'))[name];
  expect(record.compressedBytes).toBeLessThan(mebibytes * 2 ** 20);
});
