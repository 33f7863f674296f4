import { InputError } from '../../../core/errors.js';
import { shortList } from '../files/name-lists.js';
import { foldsByClass } from './folds-by-class.js';
import { splitByGroup } from './split-by-group.js';
import { poolsOf, splitByClass, type LabelledImages, type Pools } from './split-by-class.js';

/** One of equal parts of the images, each of which validates in one trial. */
export interface Fold {
  /** How many parts there are, from 2. */
  readonly count: number;
  /** Which of them validates, from 0. */
  readonly index: number;
}

export interface SplitChoice {
  readonly seed: number;
  /** Share of each class that is held out, where there are no folds and the dataset does not come split. */
  readonly validationSplit: number;
  readonly fold?: Fold | undefined;
}

/**
 * Divides images into training and validation: as the dataset comes, else each class by its share, and never within a group.
 * Folds divide what would train; a validation part that comes with the dataset takes no part in them, as a test set. Throws
 * InputError DATASET_CLASS_TOO_SMALL, DATASET_GROUPS_TOO_FEW.
 */
export function splitImages(images: LabelledImages, choice: SplitChoice): Pools {
  const { seed, validationSplit, fold } = choice;
  const isDivided = fold !== undefined || (images.groups !== undefined && images.trainCount === undefined);
  if (!isDivided) return splitByClass(images, seed, validationSplit);
  const pools = poolsOf(images, partsOf(images, choice), fold?.index ?? 0, seed);
  requireTraining(pools, images, fold);
  return pools;
}

/** The part of every image that may train: its fold, or 0 where it is held out and 1 where not. */
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
    `no image of class ${shortList(gone.map((name) => `"${name}"`))} is left to train on${where}: all its groups validate`,
    { hint: 'A class needs images in several groups. Add some, join classes, or try another seed.' },
  );
}
