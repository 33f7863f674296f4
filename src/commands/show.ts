import chalk from 'chalk';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './plain-arguments.js';
import { dbOption, wholeNumber } from './sweep-options.js';

interface ShowArgs {
  readonly trial: number;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { trial: { type: 'number', describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) } },
  options: dbOption,
};

export const show: ReadingCommand<ShowArgs> = {
  command: 'show <trial>',
  describe: 'Show one trial: parameters, curve, attempts, errors',
  takes,
  builder: buildFrom(takes),
  handler: async ({ trial, db }) => {
    const [{ connect }, { trialText }] = await Promise.all([
      import('../store/reading/connect.js'),
      import('../reporting/terminal/trial-text.js'),
    ]);
    const reader = await connect(db);
    try {
      process.stdout.write(await trialText(reader, trial, chalk));
    } finally {
      await reader.close();
    }
  },
};
