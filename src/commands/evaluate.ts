import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { formatCount, formatCounted } from '../core/format.js';
import { printable } from '../core/printable.js';
import type { TableReading } from '../core/trainer/table-reading.js';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { dbOption, jsonOption, type OptionTable } from './arguments/sweep-options.js';
import { readingOf, tableOptions } from './arguments/table-options.js';
import { trialArgument } from './arguments/trial-argument.js';
import { ttaOption } from './arguments/tta-option.js';

interface EvaluateArgs extends TableReading {
  readonly trial: TrialReference;
  readonly path: string;
  readonly tta: number;
  readonly json: boolean;
  readonly db: string;
}

export const evaluate: CommandModule<object, EvaluateArgs> = {
  command: 'evaluate <trial> <path>',
  describe: 'Measure a trial’s model on labelled images: accuracy, F1, classes, confusion, calibration',
  builder: (yargs) =>
    yargs
      .positional('trial', trialArgument)
      .positional('path', { type: 'string', describe: 'Labelled images: a dataset, as in a sweep file' })
      .options(options)
      .example('$0 evaluate best test', 'A folder per class')
      .example('$0 evaluate 3 test.csv --image-root test --json', 'A table, for a program') as Argv<EvaluateArgs>,
  handler: async ({ trial, path, tta, json, db, ...args }) => {
    const [{ evaluateModel }, { evaluationJson, evaluationText }, { progressLine }] = await Promise.all([
      import('../session/models/evaluate-model.js'),
      import('../reporting/terminal/text/evaluation-text.js'),
      import('../reporting/terminal/live/progress-line.js'),
    ]);
    const line = progressLine({ stream: process.stderr, now: Date.now });
    const evaluated = await evaluateModel({
      ...{ db, trial, path, reading: readingOf(args), variants: tta },
      warn: (message) => line.say(printable(message)),
      progress: (done, total) => line.show(`${formatCount(done)} of ${formatCounted(total, 'image')}`),
    }).finally(() => line.end());
    const { unreadable } = evaluated.evaluation;
    for (const { path: file, reason } of unreadable) line.say(printable(`${file}: ${reason}`));
    process.stdout.write(json ? evaluationJson(evaluated) : evaluationText(evaluated, chalk));
    if (unreadable.length > 0) process.exitCode = 1;
  },
};

const options: OptionTable = {
  ...ttaOption,
  ...tableOptions,
  ...jsonOption,
  ...dbOption,
};
