#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chalkStderr } from 'chalk';
import { runReadingCommand } from './commands/reading-command.js';
import { InputError, SweepwrightError } from './core/errors.js';

/** Runs one command line; returns the exit status: 0 done, 1 not done, 2 bad input, 70 a bug of ours, 130 interrupted. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    if (!(await runReadingCommand(argv))) await runCommand(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return explain(error);
  }
}

async function runCommand(argv: readonly string[]): Promise<void> {
  const [{ default: yargs }, { commands }, { VERSION }] = await Promise.all([
    import('yargs'),
    import('./commands/index.js'),
    import('./commands/version.js'),
  ]);
  await commands
    .reduce((parser, command) => parser.command(command), yargs([...argv]))
    .scriptName('sweep')
    .usage('$0 <command>\n\nHyperparameter sweeps for image classifiers: one file, one command, a leaderboard.')
    .version(VERSION)
    .alias({ help: 'h', version: 'V' })
    .strict()
    .demandCommand(1, 'Name a command, for example: sweep run sweeps/quickstart.yaml')
    .recommendCommands()
    .parserConfiguration({ 'camel-case-expansion': true, 'strip-dashed': true })
    .wrap(Math.min(120, process.stdout.columns || 80))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // yargs hands on what a handler throws, or says in its own words what is wrong with the arguments.
      if (error && error.name !== 'YError') throw error;
      throw new InputError('USAGE', error?.message ?? message, {
        hint: 'sweep --help lists every command and flag.',
      });
    })
    .parseAsync();
}

function explain(error: unknown): number {
  if (error instanceof SweepwrightError) {
    process.stderr.write(`${chalkStderr.red('error')} ${error.message}\n`);
    if (error.hint) process.stderr.write(`${chalkStderr.dim(error.hint)}\n`);
    return error.exitStatus;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${chalkStderr.red('This is a bug in sweepwright, not in what you gave it:')}\n${text}\n`);
  return 70;
}

// Nobody reads any more: `head` has enough, or the terminal is closed. A sweep that runs ends in order, as on Ctrl-C.
let read = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  if (read && !process.emit('SIGHUP')) process.exit(0);
  read = false;
});

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
