import { InputError } from '../../../core/errors.js';
import { openSource } from '../formats/open-source.js';
import { splitImages, type Fold } from '../splits/split-images.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';

export interface DatasetCheck {
  /** Absolute path. */
  readonly path: string;
  readonly seed: number;
  readonly validationSplit: number;
  readonly reading?: TableReading;
  readonly fold?: Fold | undefined;
  /** Default: all. */
  readonly trainSamples?: number | undefined;
  /** Whether the loss accepts images with several classes. */
  readonly takesSeveral: boolean;
}

export interface CheckedDataset {
  readonly classes: number;
  /** Images that a trial trains on. */
  readonly trainImages: number;
  /** What may be unintended, such as images that are left out, a line each. It is true of every trial, and trials do not repeat it. */
  readonly warnings: readonly string[];
}

/**
 * Lists a dataset's images and splits them as a trial would, without decoding, so that problems are found before the first
 * trial.
 *
 * @throws as `openImageDataset`, except for errors that only decoding finds; InputError LOSS_UNFIT
 */
export async function checkDataset({
  path,
  reading = {},
  takesSeveral,
  trainSamples = Infinity,
  ...choice
}: DatasetCheck): Promise<CheckedDataset> {
  const warnings: string[] = [];
  const source = await openSource(path, reading, (message) => warnings.push(message));
  try {
    if (source.labelSets && !takesSeveral) throw lossUnfit();
    const { train } = splitImages(source, choice);
    if (choice.fold && source.trainCount !== undefined)
      warnings.push(`${path} comes split: folds divide only its training images`);
    const images = train.reduce((sum, { length }) => sum + length, 0);
    return { classes: source.classNames.length, trainImages: Math.min(images, trainSamples), warnings };
  } finally {
    source.close();
  }
}

/** The error for a dataset whose images can have several classes, with a loss that allows one class per image (softmax). */
export function lossUnfit(): InputError {
  return new InputError('LOSS_UNFIT', 'images of this dataset can have several classes, but the loss allows only one', {
    hint: 'Set loss: sigmoid_focal, or remove label_separator to read each cell as one class.',
  });
}
