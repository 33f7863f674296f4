/**
 * Writes `docs/cli.md`, the reference of the command line, from the compiled commands. Run it after a change of a command, a
 * flag or a description: `npm run build && node scripts/cli-reference.mjs`.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The page, from the yargs modules of all commands. */
export function cliReference(commands) {
  const all = commands.map((command) => describe(command));
  return [INTRODUCTION, overview(all), ...all.map((command) => section(command, '##')), ENDING].join('\n');
}

const INTRODUCTION = `# The command line

<!-- Made by scripts/cli-reference.mjs from the commands themselves. Do not edit it. -->

\`sweep <command> --help\` prints the same in the terminal.

- \`<name>\` is required, \`[name]\` may be left out, \`..\` takes several.
- Every command has \`-h\`, \`--help\`, and \`--no-color\`. \`sweep -V\` and \`sweep --version\` print the version.
- \`--flag value\` and \`--flag=value\` are the same. \`--no-flag\` turns a switch off.
- Words after \`--\` are never read as flags: \`sweep predict 3 -- -odd-name.jpg\`.
`;

const ENDING = `## Exit status

| status | meaning |
| --- | --- |
| 0 | Done. |
| 1 | Not all done: a trial failed, a time limit was reached, a check did not pass, an image could not be read, or the machine lacks something (memory, disk space, a library). The message says what to do. |
| 2 | The input (a flag, a file, a dataset, a query) cannot be used as it is. The message says what to do. |
| 70 | A bug in Sweepwright. The message has the stack. |
| 130 | Interrupted: Ctrl-C, SIGTERM, or a closed terminal. |

## Environment

| variable | meaning |
| --- | --- |
| \`SWEEPWRIGHT_CACHE\` | Folder of TensorFlow and pretrained weights. Default: \`~/.cache/sweepwright\` (\`$XDG_CACHE_HOME/sweepwright\`). |
| \`SWEEPWRIGHT_CACHE_LIMIT\` | Limit of the \`cache/\` folder beside the database, such as \`50GB\` or \`none\`. Default: 20 GB. |
| \`CUDA_VISIBLE_DEVICES\` | GPUs that exist for \`--devices\`: numbers as \`nvidia-smi\` counts them, or beginnings of UUIDs. |
| \`NO_COLOR\`, \`FORCE_COLOR\` | Turn colours off or on. |
| \`TF_CPP_MIN_LOG_LEVEL\` | TensorFlow's log level. Default: 2, errors only; \`--verbose\` leaves it as it is. |
`;

const overview = (commands) =>
  table(
    ['command', 'what it does'],
    commands.map(({ usage, summary }) => [`[\`${usage}\`](#${anchorOf(usage)})`, summary]),
  );

function section({ usage, summary, positionals, options, examples, epilogue, subcommands }, level) {
  return [
    `${level} \`${usage}\`\n`,
    `${summary}.\n`,
    ...(positionals.length > 0 ? [table(['argument', 'meaning'], positionals)] : []),
    ...(options.length > 0 ? [table(['flag', 'default', 'meaning'], options)] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${alignComments(examples)}\n\`\`\`\n`] : []),
    ...(epilogue === undefined ? [] : [`${escape(epilogue)}\n`]),
    ...subcommands.map((command) => section(command, `${level}#`)),
  ].join('\n');
}

/** What a command takes, heard from its builder. */
function describe({ command, describe: summary, builder }, prefix = 'sweep') {
  const found = { positionals: [], options: [], examples: [], epilogue: undefined, subcommands: [] };
  const usage = `${prefix} ${command}`;
  const parent = `${prefix} ${command.split(' ')[0]}`;
  const recorder = {
    positional: (name, options) => add(found.positionals, [`\`${name}\``, meaningOf(options)]),
    option: (name, options) => {
      const describe = options.describe?.replace(WRITTEN_DEFAULT, '');
      return add(found.options, [flagOf(name, options), defaultOf(options), meaningOf({ ...options, describe })]);
    },
    options: (table) => {
      for (const [name, options] of Object.entries(table)) recorder.option(name, options);
      return recorder;
    },
    example: (line, comment) => add(found.examples, [line.replace('$0', 'sweep'), comment]),
    epilog: (text) => ((found.epilogue = text), recorder),
    command: (subcommand) => add(found.subcommands, describe(subcommand, parent)),
    demandCommand: () => recorder,
    check: () => recorder,
    conflicts: () => recorder,
    implies: () => recorder,
  };
  const add = (list, item) => (list.push(item), recorder);
  builder?.(recorder);
  return { usage, summary: escape(summary), ...found };
}

function flagOf(name, { alias, boolean, type, array, number }) {
  const value = boolean || type === 'boolean' ? '' : number || type === 'number' ? ' N' : ' VALUE';
  const short = [alias ?? []].flat().map((letter) => `\`-${letter}\`, `);
  return `${short.join('')}\`--${name}${value}${array ? ' ...' : ''}\``;
}

/** A default that depends on something else is written in the description: `[default: ...]`. */
const WRITTEN_DEFAULT = / ?\[default: (.+)\]$/;

function defaultOf({ default: value, describe = '', boolean, type, demandOption }) {
  if (demandOption) return 'required';
  const [, written] = WRITTEN_DEFAULT.exec(describe) ?? [];
  if (written !== undefined) return escape(written);
  if (value === undefined || boolean || type === 'boolean' || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${String(value)}\``;
}

function meaningOf({ describe: text = '', choices = [] }) {
  const meaning = escape(text).replace(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)');
  if (choices.includes('b0')) return `${meaning}: [its name](sweep-file-reference.md#backbones)`;
  return choices.length === 0 ? meaning : `${meaning}. One of ${choices.map((name) => `\`${name}\``).join(', ')}`;
}

/** Text as Markdown that means nothing but itself, also in a table; code between backticks stays. */
const escape = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[<*_]/g, '\\$&')))
    .join('')
    .replaceAll('|', '\\|');

const table = (titles, rows) =>
  `${[titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;

function alignComments(examples) {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples
    .map(([line, comment]) => (comment === undefined ? line : `${line.padEnd(width)}  # ${comment}`))
    .join('\n');
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { commands } = await import(pathToFileURL(join(root, 'dist', 'src', 'commands', 'index.js')).href);
  writeFileSync(join(root, 'docs', 'cli.md'), cliReference(commands));
}
