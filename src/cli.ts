#!/usr/bin/env node
import { runCommand } from './shell/command.ts';
import { processIo } from './shell/process-io.ts';

// Everything is written by now; waiting for idle engine threads would only cost time.
process.exit(await runCommand(process.argv.slice(2), processIo(process)));
