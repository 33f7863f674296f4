import type { Leaderboard } from '../core/results/leaderboard.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './arguments/plain-arguments.js';
import { dbOption, jsonOption, wholeNumber } from './arguments/sweep-options.js';

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
    ...jsonOption,
  },
};

export const top: ReadingCommand<TopArgs> = {
  command: 'top [sweep]',
  describe: 'Show the best trials of a sweep, also while it runs',
  takes,
  builder: buildFrom(takes),
  handler: async ({ sweep, count, json, db }) => {
    const { readLeaderboard } = await import('../session/reading/read-leaderboard.js');
    // The drawing code loads while the database is read.
    const [leaderboard, draw] = await Promise.all([
      readLeaderboard({ db, sweep, count }),
      json ? jsonDrawing() : textDrawing(),
    ]);
    process.stdout.write(draw(leaderboard));
  },
};

type Drawing = (leaderboard: Leaderboard) => string;

const jsonDrawing = async (): Promise<Drawing> =>
  (await import('../reporting/terminal/tables/leaderboard-json.js')).leaderboardJson;

async function textDrawing(): Promise<Drawing> {
  const [{ leaderboardText }, { default: style }] = await Promise.all([
    import('../reporting/terminal/tables/leaderboard.js'),
    import('chalk'),
  ]);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  return (leaderboard) => leaderboardText(leaderboard, { columns, style });
}
