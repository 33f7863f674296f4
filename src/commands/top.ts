import type { Reader } from '../core/results/reader.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './plain-arguments.js';
import { dbOption, wholeNumber } from './sweep-options.js';

interface TopArgs {
  readonly sweep: string | undefined;
  readonly count: number;
  readonly json: boolean;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { sweep: { type: 'string', describe: 'Name of the sweep [default: the one that ran last]' } },
  options: {
    count: {
      alias: 'n',
      number: true,
      requiresArg: true,
      default: 10,
      describe: 'Trials to show',
      coerce: wholeNumber('--count', 1),
    },
    ...dbOption,
    json: { boolean: true, default: false, describe: 'Print one JSON object' },
  },
};

export const top: ReadingCommand<TopArgs> = {
  command: 'top [sweep]',
  describe: 'Show the best trials of a sweep, also while it runs',
  takes,
  builder: buildFrom(takes),
  handler: async ({ sweep, count, json, db }) => {
    const [{ connect }, { resolveSweep }] = await Promise.all([
      import('../store/reading/connect.js'),
      import('../store/reading/queries/sweep-names.js'),
    ]);
    // While the file is opened, what draws is loaded.
    const [reader, board] = await Promise.all([connect(db), json ? jsonBoard() : textBoard()]);
    try {
      process.stdout.write(await board(reader, await resolveSweep(reader, sweep), count));
    } finally {
      await reader.close();
    }
  },
};

type Board = (reader: Reader, sweep: string, count: number) => Promise<string>;

async function jsonBoard(): Promise<Board> {
  const { leaderboardJson } = await import('../reporting/terminal/leaderboard-json.js');
  return leaderboardJson;
}

async function textBoard(): Promise<Board> {
  const [{ leaderboardText }, { default: style }] = await Promise.all([
    import('../reporting/terminal/leaderboard.js'),
    import('chalk'),
  ]);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  return (reader, sweep, count) => leaderboardText(reader, sweep, { count, columns, style });
}
