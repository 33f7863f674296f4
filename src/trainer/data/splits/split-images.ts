import { InputError } from '../../../core/errors.js';
import { shortList } from '../files/name-lists.js';
import { foldsByClass } from './folds-by-class.js';
import { splitByGroup } from './split-by-group.js';
import { poolsOf, splitByClass, type LabelledImages, type Pools } from './split-by-class.js';

/** A fold of cross-validation: one of equal parts of the images, used for validation. */
export interface Fold {
  /** Number of folds, at least 2. */
  readonly count: number;
  /** Index of the validation fold, from 0. */
  readonly index: number;
}

/** How images are split. */
export interface SplitChoice {
  readonly seed: number;
  /** Share of each class used for validation, if there are no folds and the dataset does not come split. */
  readonly validationSplit: number;
  readonly fold?: Fold | undefined;
}

/**
 * Splits images into training and validation: by the dataset's own split, else by class with the given share. Groups are
 * never divided. Folds divide the training images only; the dataset's own validation part is then unused, like a test
 * set.
 *
 * @throws InputError DATASET_CLASS_TOO_SMALL, DATASET_GROUPS_TOO_FEW
 */
export function splitImages(images: LabelledImages, choice: SplitChoice): Pools {
  const { seed, validationSplit, fold } = choice;
  const isDivided = fold !== undefined || (images.groups !== undefined && images.trainCount === undefined);
  if (!isDivided) return splitByClass(images, seed, validationSplit);
  const pools = poolsOf(images, partsOf(images, choice), fold?.index ?? 0, seed);
  requireTraining(pools, images, fold);
  return pools;
}

/** Part of each image that may be used for training: its fold, or 0 for validation and 1 for training. */
function partsOf(images: LabelledImages, { seed, validationSplit, fold }: SplitChoice): Uint8Array {
  const { groups, labels, trainCount = labels.length } = images;
  const shares = fold
    ? Array.from({ length: fold.count }, () => 1 / fold.count)
    : [validationSplit, 1 - validationSplit];
  return groups
    ? splitByGroup({ ...images, groups }, trainCount, seed, shares)
    : foldsByClass(images, trainCount, seed, shares.length);
}

function requireTraining({ train }: Pools, { classNames, labels }: LabelledImages, fold: Fold | undefined): void {
  const present = new Set(labels);
  const gone = classNames.filter((_, label) => present.has(label) && train[label]!.length === 0);
  if (gone.length === 0) return;
  const where = fold ? ` in fold ${fold.index} of ${fold.count}` : '';
  throw new InputError(
    'DATASET_GROUPS_TOO_FEW',
    `no image of class ${shortList(gone.map((name) => `"${name}"`))} is left to train on${where}: all its groups are in validation`,
    { hint: 'A class needs images in several groups. Add images, merge classes, or try another seed.' },
  );
}
