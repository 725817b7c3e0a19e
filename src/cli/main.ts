#!/usr/bin/env node
/** The command `lockwright` as a process of its own. */
import { setFlagsFromString } from 'node:v8';
import { command, INCOMPLETE } from './command.js';

/*
 * A run is over before optimised code pays: most functions see every shape of data, and are optimised, found wanting and
 * optimised again. With thirty times V8's patience a check takes two thirds of the CPU time (docs/performance.md). V8
 * says so on standard error where it does not know a flag: only the versions that were tried are told.
 */
const v8 = Number(process.versions.v8.split('.')[0]);
if (v8 === 11) setFlagsFromString('--interrupt-budget=2000000');
else if (v8 >= 12 && v8 <= 14) setFlagsFromString('--invocation-count-for-turbofan=100000');

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// Whatever else goes wrong must not look as if something had been found.
process.on('uncaughtException', (error) => {
  process.stderr.write(`lockwright: failed, which is a defect of lockwright: ${error.stack ?? String(error)}\n`);
  process.exit(INCOMPLETE);
});

const { stdout, stderr, env } = process;
process.exitCode = await command(process.argv.slice(2), { cwd: process.cwd(), stdout, stderr, env });
