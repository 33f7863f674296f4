import chalk, { Chalk } from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { printable } from '../core/printable.js';
import { formatCount, formatCounted } from '../core/format.js';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { dbOption, type OptionTable } from './arguments/sweep-options.js';
import { ttaOption } from './arguments/tta-option.js';
import { trialArgument } from './arguments/trial-argument.js';

const FORMATS = ['csv', 'json', 'table'] as const;

interface PredictArgs {
  readonly trial: TrialReference;
  readonly images: readonly string[];
  readonly format: (typeof FORMATS)[number];
  readonly json: boolean;
  readonly probabilities: boolean;
  readonly tta: number;
  readonly output: string | undefined;
  readonly db: string;
}

export const predict: CommandModule<object, PredictArgs> = {
  command: 'predict <trial> <images..>',
  describe: 'Predict the classes of images with a trial’s model',
  builder: (yargs) =>
    yargs
      .positional('trial', trialArgument)
      .positional('images', { string: true, array: true, describe: 'Files, folders, or patterns such as "test/*.jpg"' })
      .options(options)
      .example('$0 predict best test --format csv -o submission.csv', 'id,label as Kaggle takes it')
      .example(
        '$0 predict 3 test --format csv --probabilities --tta flip',
        'A column for each class',
      ) as Argv<PredictArgs>,
  handler: async ({ trial, images, json, probabilities, tta, output, db, ...args }) => {
    const format = json ? 'json' : args.format;
    const [{ predictImages }, { predictionsText }, { progressLine }] = await Promise.all([
      import('../session/models/predict-images.js'),
      import('../reporting/terminal/tables/predictions-text.js'),
      import('../reporting/terminal/live/progress-line.js'),
    ]);
    const line = progressLine({ stream: process.stderr, now: Date.now });
    const progress = (done: number, total: number): void =>
      line.show(`${formatCount(done)} of ${formatCounted(total, 'image')}`);
    const { predictions, separator, title } = await predictImages({
      ...{ db, trial, images, variants: tta, progress },
    }).finally(() => line.end());
    if (typeof trial !== 'number') line.say(printable(title));
    for (const { path, reason } of predictions.unreadable) line.say(printable(`${path}: ${reason}`));
    const style = output === undefined ? chalk : new Chalk({ level: 0 });
    const text = predictionsText(predictions, format, { probabilities, separator, style });
    if (output === undefined) process.stdout.write(text);
    else {
      const { writeTextAtomically } = await import('../session/reading/write-rows.js');
      await writeTextAtomically(output, text);
    }
    if (predictions.unreadable.length > 0) process.exitCode = 1;
  },
};

const options: OptionTable = {
  json: { boolean: true, default: false, describe: 'Short for --format json' },
  format: { alias: 'f', choices: FORMATS, default: 'table', describe: 'How to print the predictions' },
  probabilities: { boolean: true, default: false, describe: 'Print a column for each class instead of the label' },
  ...ttaOption,
  output: {
    alias: 'o',
    string: true,
    requiresArg: true,
    describe: 'Write to this file; it is replaced only when all predictions are written',
  },
  ...dbOption,
};
