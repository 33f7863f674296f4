import chalk from 'chalk';
import type { TrialReport } from '../core/results/trial-details.js';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './arguments/plain-arguments.js';
import { dbOption, jsonOption } from './arguments/sweep-options.js';
import { trialArgument } from './arguments/trial-argument.js';

interface ShowArgs {
  readonly trial: TrialReference;
  readonly db: string;
  readonly json: boolean;
}

const takes: ArgumentTables = {
  positionals: { trial: trialArgument },
  options: { ...dbOption, ...jsonOption },
};

export const show: ReadingCommand<ShowArgs> = {
  command: 'show <trial>',
  describe: 'Show one trial: parameters, curve, attempts, errors',
  takes,
  builder: buildFrom(takes),
  handler: async ({ trial, db, json }) => {
    const { readTrial } = await import('../session/reading/read-trial.js');
    const [report, draw] = await Promise.all([readTrial(db, trial), json ? jsonDrawing() : textDrawing()]);
    process.stdout.write(draw(report));
  },
};

type Drawing = (report: TrialReport) => string;

const jsonDrawing = async (): Promise<Drawing> => (await import('../reporting/json/trial-json.js')).trialJson;

async function textDrawing(): Promise<Drawing> {
  const { trialText } = await import('../reporting/terminal/text/trial-text.js');
  return (report) => trialText(report, chalk);
}
