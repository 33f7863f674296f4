import { writeFile } from 'node:fs/promises';
import chalk, { Chalk } from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import { MAX_VARIANTS } from '../trainer/results/variant-count.js';
import { dbOption, wholeNumber, type OptionTable } from './sweep-options.js';

const FORMATS = ['csv', 'json', 'table'] as const;

interface PredictArgs {
  readonly trial: number;
  readonly images: readonly string[];
  readonly format: (typeof FORMATS)[number];
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
      .positional('trial', { type: 'number', describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .positional('images', { string: true, array: true, describe: 'Files, folders, or patterns such as "test/*.jpg"' })
      .options(options)
      .example('$0 predict 3 test --format csv -o submission.csv', 'id,label as Kaggle takes it')
      .example(
        '$0 predict 3 test --format csv --probabilities --tta flip',
        'A column for each class',
      ) as Argv<PredictArgs>,
  handler: async ({ trial, images: words, format, probabilities, tta, output, db }) => {
    const [{ findKeptModel }, { findImages }, { predictAll }, { predictionsText }] = await Promise.all([
      import('../session/models/kept-model.js'),
      import('../trainer/results/find-images.js'),
      import('../session/models/predict-all.js'),
      import('../reporting/terminal/predictions-text.js'),
    ]);
    const { checkpoint, params } = await findKeptModel(db, trial);
    const images = await findImages(words.map(String));
    const predicted = await predictAll({ checkpoint, images, variants: tta });
    for (const { path, reason } of predicted.unreadable) process.stderr.write(`${path}: ${reason}\n`);
    const separator = params['label_separator'];
    const text = predictionsText(predicted, format, {
      probabilities,
      separator: typeof separator === 'string' ? separator : ' ',
      style: output === undefined ? chalk : new Chalk({ level: 0 }),
    });
    if (output === undefined) process.stdout.write(text);
    else {
      const { writeAtomically } = await import('../store/reading/formats/write-atomically.js');
      await writeAtomically(output, (draft) => writeFile(draft, text));
    }
    if (predicted.unreadable.length > 0) process.exitCode = 1;
  },
};

const options: OptionTable = {
  format: { alias: 'f', choices: FORMATS, default: 'table', describe: 'How to print the predictions' },
  probabilities: { boolean: true, default: false, describe: 'A column for each class in place of the label' },
  tta: {
    string: true,
    requiresArg: true,
    default: '1',
    describe: `Average over variants of each image: flip (it and its mirror image), or how many, up to ${MAX_VARIANTS}`,
    coerce: readVariants,
  },
  output: { alias: 'o', string: true, requiresArg: true, describe: 'Write to this file, whole or not at all' },
  ...dbOption,
};

function readVariants(text: string): number {
  if (text === 'flip') return 2;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_VARIANTS) return count;
  throw new InputError('USAGE', `--tta takes flip, or a whole number from 1 to ${MAX_VARIANTS}`);
}
