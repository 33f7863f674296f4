import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { dbOption, wholeNumber } from './sweep-options.js';

interface ShowArgs {
  readonly trial: number;
  readonly db: string;
}

export const show: CommandModule<object, ShowArgs> = {
  command: 'show <trial>',
  describe: 'Show one trial: parameters, curve, attempts, errors',
  builder: (yargs) =>
    yargs
      .positional('trial', { number: true, describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .options(dbOption) as Argv<ShowArgs>,
  handler: async ({ trial, db }) => {
    const [{ connect }, { trialText }] = await Promise.all([import('../store/connect.js'), import('./trial-text.js')]);
    const reader = await connect(db);
    try {
      process.stdout.write(await trialText(reader, trial, chalk));
    } finally {
      await reader.close();
    }
  },
};
