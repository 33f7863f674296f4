import chalk from 'chalk';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './plain-arguments.js';
import { dbOption } from './sweep-options.js';
import { trialArgument } from './trial-argument.js';

interface ShowArgs {
  readonly trial: TrialReference;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { trial: trialArgument },
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
