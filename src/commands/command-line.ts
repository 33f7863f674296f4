import yargs, { type Argv, type CommandBuilder, type CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import { suggestCommand } from './arguments/suggest-command.js';
import { VERSION } from '../session/version.js';

/**
 * Runs the command that a command line names.
 *
 * @throws {InputError} USAGE for wrong arguments, and the errors of the command
 */
export async function runCommandLine(argv: readonly string[], commands: readonly CommandModule[]): Promise<void> {
  requireKnown(argv[0], commands.map(verbOf));
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
    // Half of the messages are this program's own, which are in English.
    .locale('en')
    .option('color', { boolean: true, default: true, describe: 'Use colours on a terminal; --no-color does not' })
    .strict()
    .demandCommand(1, NAME_A_COMMAND)
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
      throw missingArgument(message, argv, commands) ?? usage(error?.message ?? message);
    })
    .parseAsync();
  // A word after `--` is not a command, even if a command has that name.
  if (named === 0 && help !== true && version !== true) throw usage(NAME_A_COMMAND);
}

/** Refuses a first word that is no command, and suggests what it means. */
function requireKnown(word: string | undefined, verbs: readonly string[]): void {
  if (word === undefined || word.startsWith('-') || verbs.includes(word)) return;
  const meant = suggestCommand(word, verbs);
  throw new InputError('USAGE', `there is no command "${word}"`, {
    hint: meant === undefined ? 'sweep --help lists every command.' : `Did you mean ${meant}?`,
  });
}

const verbOf = ({ command }: CommandModule): string => String(command).split(' ')[0]!;

/** What yargs says about missing arguments, with their names; `undefined` for any other message. */
function missingArgument(
  message: string | undefined,
  [verb = '', ...words]: readonly string[],
  commands: readonly CommandModule[],
): InputError | undefined {
  const given = /^Not enough non-option arguments: got (\d+)/.exec(message ?? '')?.[1];
  if (given === undefined) return undefined;
  const pattern = String(commands.find((command) => verbOf(command) === verb)?.command);
  const required = pattern.match(/<[^>]+>/g) ?? [];
  // Arguments of a command below another one, such as `weights fetch`, are in its own help.
  const isNested = required[0] === '<command>';
  const name = isNested ? `${verb} ${words[0] ?? ''}`.trim() : verb;
  const missing = isNested ? 'an argument' : required.slice(Number(given)).join(' and ');
  return new InputError('USAGE', `sweep ${name} needs ${missing}`, {
    hint: isNested
      ? `sweep ${name} --help lists its arguments.`
      : `Usage: sweep ${pattern}; sweep ${name} --help says more.`,
  });
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
