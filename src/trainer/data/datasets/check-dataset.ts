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
  /** Whether the loss accepts images with several classes. */
  readonly takesSeveral: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Lists a dataset's images and splits them as a trial would, without decoding, so that problems are found before the first
 * trial.
 *
 * @returns the class names
 * @throws as `openImageDataset`, except for errors that only decoding finds; InputError LOSS_UNFIT
 */
export async function checkDataset({
  path,
  reading = {},
  takesSeveral,
  warn,
  ...choice
}: DatasetCheck): Promise<readonly string[]> {
  const source = await openSource(path, reading, warn);
  try {
    if (source.labelSets && !takesSeveral) throw lossUnfit();
    splitImages(source, choice);
    return source.classNames;
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
