import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import type { Reader } from '../store/query-result.js';
import { dbOption, wholeNumber, type OptionTable } from './sweep-options.js';

interface TopArgs {
  readonly sweep: string | undefined;
  readonly count: number;
  readonly json: boolean;
  readonly db: string;
}

export const top: CommandModule<object, TopArgs> = {
  command: 'top [sweep]',
  describe: 'Show the best trials of a sweep, also while it runs',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of the sweep [default: the one that ran last]' })
      .options(topOptions) as Argv<TopArgs>,
  handler: async ({ sweep, count, json, db }) => {
    const [{ connect }, { resolveSweep }] = await Promise.all([
      import('../store/connect.js'),
      import('../store/queries/sweep-names.js'),
    ]);
    const reader = await connect(db);
    try {
      process.stdout.write(await board(reader, await resolveSweep(reader, sweep), { count, json }));
    } finally {
      await reader.close();
    }
  },
};

const topOptions: OptionTable = {
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
};

async function board(reader: Reader, sweep: string, { count, json }: Pick<TopArgs, 'count' | 'json'>): Promise<string> {
  if (json) {
    const { leaderboardJson } = await import('./leaderboard-json.js');
    return leaderboardJson(reader, sweep, count);
  }
  const { leaderboardText } = await import('./leaderboard.js');
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  return leaderboardText(reader, sweep, { count, columns, style: chalk });
}
