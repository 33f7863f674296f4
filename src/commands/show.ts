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
    const [{ readTrial }, { trialText }] = await Promise.all([
      import('../session/reading/read-trial.js'),
      import('../reporting/terminal/text/trial-text.js'),
    ]);
    process.stdout.write(trialText(await readTrial(db, trial), chalk));
  },
};
