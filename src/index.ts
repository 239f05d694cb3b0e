import * as core from '@actions/core';
import { context } from '@actions/github';
import { runAction } from './shell/action.ts';

process.exitCode = await runAction({
  event: { name: context.eventName, payload: context.payload },
  env: process.env,
  getInput: core.getInput,
  setOutput: core.setOutput,
  setSecret: core.setSecret,
  info: core.info,
  debug: core.debug,
  error: core.error,
  warning: core.warning,
  notice: core.notice,
  fetch,
  clock: () => performance.now(),
});
