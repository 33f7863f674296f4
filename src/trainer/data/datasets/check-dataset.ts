import { lossUnfit } from '../../training/loss-unfit.js';
import { openSource } from '../formats/open-source.js';
import { splitImages, type Fold } from '../splits/split-images.js';
import type { TableReading } from '../formats/table/table-reading.js';

export interface DatasetCheck {
  /** Absolute path. */
  readonly path: string;
  readonly seed: number;
  readonly validationSplit: number;
  readonly reading?: TableReading;
  readonly fold?: Fold | undefined;
  /** Whether the loss has an image be of any number of classes. */
  readonly takesSeveral: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Lists a dataset's images and splits them as a trial would, decoding none: what is wrong with its folders is known before
 * the first trial instead of failing each of them. Throws as `openImageDataset`, short of what only decoding shows, and
 * LOSS_UNFIT.
 *
 * @returns the names of its classes
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
