#!/usr/bin/env node
import { hasListeners } from './early-signals.js';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import chalk, { chalkStderr } from 'chalk';
import { runReadingCommand } from './commands/reading-command.js';
import { SweepwrightError } from './core/errors.js';
import { printableLines } from './core/printable.js';

/** Runs one command line; returns the exit status: 0 done, 1 not done, 2 bad input, 70 a bug of ours, 130 interrupted. */
export async function main(argv: readonly string[]): Promise<number> {
  // https://no-color.org. chalk itself knows only `--no-color`, FORCE_COLOR and TERM.
  const { NO_COLOR: noColor, FORCE_COLOR: forced } = process.env;
  if (noColor && forced === undefined) chalk.level = chalkStderr.level = 0;
  try {
    if (!(await runReadingCommand(argv))) await runCommand(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return explain(error);
  }
}

async function runCommand(argv: readonly string[]): Promise<void> {
  const [{ runCommandLine }, { commands }] = await Promise.all([
    import('./commands/command-line.js'),
    import('./commands/index.js'),
  ]);
  await runCommandLine(argv, commands);
}

function explain(error: unknown): number {
  if (error instanceof SweepwrightError) {
    process.stderr.write(`${chalkStderr.red('error')} ${printableLines(error.message)}\n`);
    if (error.hint) process.stderr.write(`${chalkStderr.dim(printableLines(error.hint))}\n`);
    return error.exitStatus;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${chalkStderr.red('This is a bug in sweepwright, not in what you gave it:')}\n${text}\n`);
  return 70;
}

// The reader has gone: `head` has enough, or the terminal is closed. A running sweep ends in order, as on Ctrl-C.
let read = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  if (read && !hasListeners('SIGHUP')) process.exit(0);
  if (read) process.emit('SIGHUP');
  read = false;
});

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
