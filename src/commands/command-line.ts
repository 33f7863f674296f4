import yargs, { type Argv, type CommandBuilder, type CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import { VERSION } from '../session/version.js';

/**
 * Finds the command that a command line means and runs it.
 *
 * @throws {InputError} USAGE where it means none, and whatever the command throws
 */
export async function runCommandLine(argv: readonly string[], commands: readonly CommandModule[]): Promise<void> {
  let named = 0;
  const noticed = commands.map((command): CommandModule => ({
    ...command,
    // Asked for when the command's name is read, also where commands of its own follow.
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
    .parserConfiguration({ 'camel-case-expansion': true, 'strip-dashed': true })
    .check((args, options: unknown) => requireOnce(args, new Set((options as { readonly array: string[] }).array)))
    .wrap(Math.min(120, process.stdout.columns || 80))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // yargs hands on what a handler throws, or says in its own words what is wrong with the arguments.
      if (error && error.name !== 'YError') throw error;
      throw usage(error?.message ?? message);
    })
    .parseAsync();
  // Behind `--` a command's name is a word like any other.
  if (named === 0 && help !== true && version !== true) throw usage(NAME_A_COMMAND);
}

/** yargs makes a list of what is given twice, whatever the command takes. */
function requireOnce(args: Readonly<Record<string, unknown>>, lists: ReadonlySet<string>): true {
  const twice = Object.keys(args).find((name) => name !== '_' && Array.isArray(args[name]) && !lists.has(name));
  if (twice !== undefined) throw usage(`--${twice} is given twice`);
  return true;
}

const NAME_A_COMMAND = 'Name a command, for example: sweep run sweeps/quickstart.yaml';

const usage = (message: string): InputError =>
  new InputError('USAGE', message, { hint: 'sweep --help lists every command and flag.' });
