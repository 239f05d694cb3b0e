import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { oneError, posted, pullRequest, run, slowStop } from './action-support.ts';

const config = '.github/pod-lifecycle-review.yml';

/** Takes requests and never answers. */
async function silence(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that does not give the commits: the run ends, and fails', async () => {
  const pull = await pullRequest(oneError);
  const start = performance.now();
  const done = await run(pull, { runSeconds: 1, env: { GITHUB_SERVER_URL: await silence() } });
  expect(performance.now() - start).toBeLessThan(5_000);
  const sentence =
    'The run was stopped after 1 s, while fetching what was changed: nothing is known about this change.';
  expect(done).toMatchObject({ exitCode: 3, outputs: { conclusion: 'error' } });
  expect(done.annotations).toEqual([{ level: 'error', title: 'pod-lifecycle-review', message: sentence }]);
  expect(done.summary).toBe(`Nothing was judged. ${sentence}\n`);
});

test('an API that does not answer', async () => {
  const pull = await pullRequest(oneError);
  const done = await run(pull, { runSeconds: 1, env: { GITHUB_API_URL: await silence() } });
  expect(done).toMatchObject({ exitCode: 3, outputs: { conclusion: 'error' } });
});

test('a chart that renders for ever: as long as the configuration says', async () => {
  const loop = '{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}';
  const pull = await pullRequest({
    base: { [config]: 'limits: { run-seconds: 3, render-seconds: 60 }\n' },
    head: {
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'charts/web/templates/web.yaml': loop,
    },
  });
  const done = await run(pull);
  expect(done).toMatchObject({ exitCode: 3, outputs: { conclusion: 'error' } });
  expect(done.annotations[0]!.message).toBe(
    'The run was stopped after 3 s, while judging the change (`limits.run-seconds` in the configuration allows more): nothing is known about this change.',
  );
  expect(posted(pull)).toEqual({ comments: [], summaries: [] });
});

test('time that ends while posting: the verdict stands', async () => {
  const pull = await pullRequest({
    base: oneError.base,
    head: { 'deploy/web.yaml': slowStop(45), [config]: 'limits: { run-seconds: 4 }\n' },
  });
  const done = await run(pull, {
    fetch: (address, options) =>
      options?.method === 'POST' && String(address).endsWith('/reviews')
        ? new Promise(() => {})
        : fetch(address, options),
  });
  expect(done).toMatchObject({ exitCode: 1, outputs: { conclusion: 'fail' } });
  expect(done.annotations).toHaveLength(1);
  expect(done.summary).toContain('- Posting ended: the run has no time left.');
});
