import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { oneError, prepare, pullRequest, type RunOptions, type TestPullRequest } from './action-support.ts';

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/** The action as a process of its own, with what @actions/core makes of it. */
async function start(pull: TestPullRequest, options: RunOptions = {}) {
  const { env, temporary, summary } = prepare(pull, options);
  const output = join(temporary, 'output');
  writeFileSync(output, '');
  const child = spawn(process.execPath, [entry], {
    cwd: temporary,
    env: {
      PATH: process.env.PATH,
      ...env,
      GITHUB_OUTPUT: output,
      INPUT_TOKEN: 'test-token',
      'INPUT_COMMENT-KEY': 'default',
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, out, err, summary: summary(), outputs: readFileSync(output, 'utf8') };
}

const runsTypeScript = Boolean(process.features.typescript);

test.runIf(runsTypeScript)('a process: annotations, outputs, job summary, exit code', async () => {
  const pull = await pullRequest(oneError, { token: 'read' });
  const done = await start(pull);
  expect(done).toMatchObject({ exitCode: 1, err: '' });
  const lines = done.out.split('\n').filter((line) => /^::(?!debug)/.test(line));
  expect(lines).toEqual([
    '::add-mask::test-token',
    expect.stringMatching(
      /^::error title=`web` has 2 s to stop%3A .*,file=deploy\/web\.yaml,line=24,endLine=24::The preStop/,
    ),
  ]);
  expect(done.outputs).toMatch(/^conclusion<<(ghadelimiter_\S+)\nfail\n\1\n/);
  expect(done.summary).toMatch(/^1 release unit, 2 renders, 1 workload in /);
});

test.runIf(runsTypeScript)('a process without anything that a runner gives', async () => {
  const pull = await pullRequest(oneError);
  const none = { GITHUB_EVENT_NAME: '', GITHUB_EVENT_PATH: '', GITHUB_STEP_SUMMARY: '' };
  const done = await start(pull, { env: none, workspace: '.' });
  expect(done).toMatchObject({ exitCode: 2, err: '' });
  expect(done.out).toContain('::error title=pod-lifecycle-review::This action reviews the events');
});
