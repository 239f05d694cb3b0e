import * as core from '@actions/core';
import { runAction } from './shell/action.ts';
import { fetchFor } from './shell/action-fetch.ts';

const code = await runAction({
  env: process.env,
  getInput: core.getInput,
  setOutput: core.setOutput,
  setSecret: core.setSecret,
  info: core.info,
  debug: core.debug,
  error: core.error,
  warning: core.warning,
  notice: core.notice,
  fetch: fetchFor(process.env),
  clock: () => performance.now(),
  today: new Date().toISOString().slice(0, 10),
});
// What was given up when the time ran out keeps no process alive; the log is written first.
process.stdout.write('', () => process.exit(code));
