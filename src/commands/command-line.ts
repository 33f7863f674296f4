import yargs, { type Argv, type CommandBuilder, type CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import { VERSION } from '../session/version.js';

/**
 * Runs the command that a command line names.
 *
 * @throws {InputError} USAGE for wrong arguments, and the errors of the command
 */
export async function runCommandLine(argv: readonly string[], commands: readonly CommandModule[]): Promise<void> {
  let named = 0;
  const noticed = commands.map((command): CommandModule => ({
    ...command,
    // yargs calls the builder when it reads the command's name, even if a subcommand follows.
    builder: ((parser: Argv) => {
      named++;
      return typeof command.builder === 'function' ? command.builder(parser) : parser;
    }) as CommandBuilder,
  }));
  const { help, version } = await noticed
    .reduce((parser, command) => parser.command(command), yargs([...argv]))
    .scriptName('sweep')
    .usage('$0 <command>\n\nHyperparameter sweeps for image classifiers: one file, one command, a leaderboard.')
    .version(VERSION)
    .alias({ help: 'h', version: 'V' })
    .strict()
    .demandCommand(1, NAME_A_COMMAND)
    .recommendCommands()
    .parserConfiguration({
      ...{ 'camel-case-expansion': true, 'strip-dashed': true, 'dot-notation': false },
      // A folder or a tag named 007 is no number.
      'parse-positional-numbers': false,
    })
    .check((args, options: unknown) => requireOnce(args, new Set((options as { readonly array: string[] }).array)))
    .wrap(Math.min(120, process.stdout.columns || 80))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // yargs passes on the error of a handler; for wrong arguments it makes its own.
      if (error && error.name !== 'YError') throw error;
      throw usage(error?.message ?? message);
    })
    .parseAsync();
  // A word after `--` is not a command, even if a command has that name.
  if (named === 0 && help !== true && version !== true) throw usage(NAME_A_COMMAND);
}

/** yargs turns a flag that is given twice into a list, even if the command expects one value. */
function requireOnce(args: Readonly<Record<string, unknown>>, lists: ReadonlySet<string>): true {
  const twice = Object.keys(args).find((name) => name !== '_' && Array.isArray(args[name]) && !lists.has(name));
  if (twice !== undefined) throw usage(`--${twice} is given twice`);
  return true;
}

const NAME_A_COMMAND = 'Name a command, for example: sweep run sweeps/quickstart.yaml';

const usage = (message: string): InputError =>
  new InputError('USAGE', message, { hint: 'sweep --help lists every command and flag.' });
