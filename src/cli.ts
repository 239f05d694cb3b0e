#!/usr/bin/env node
import { runCommand } from './shell/command.ts';
import { processIo } from './shell/process-io.ts';

process.exitCode = await runCommand(process.argv.slice(2), processIo(process));
