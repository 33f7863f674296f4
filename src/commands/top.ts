import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { dbOption, wholeNumber, type OptionTable } from './sweep-options.js';

interface TopArgs {
  readonly sweep: string | undefined;
  readonly count: number;
  readonly db: string;
}

export const top: CommandModule<object, TopArgs> = {
  command: 'top [sweep]',
  describe: 'Show the best trials of a sweep, also while it runs',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of the sweep [default: the one that ran last]' })
      .options(topOptions) as Argv<TopArgs>,
  handler: async ({ sweep, count, db }) => {
    const [{ connect }, { resolveSweep }, { leaderboardText }] = await Promise.all([
      import('../store/connect.js'),
      import('../store/queries/sweep-names.js'),
      import('./leaderboard.js'),
    ]);
    const reader = await connect(db);
    try {
      const name = await resolveSweep(reader, sweep);
      const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
      process.stdout.write(await leaderboardText(reader, name, { count, columns, style: chalk }));
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
};
