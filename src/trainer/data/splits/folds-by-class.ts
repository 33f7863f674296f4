import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';
import { indicesByClass, type LabelledImages } from './split-by-class.js';

/**
 * Assigns a fold (0 to folds - 1) to each of the first `count` images. Deals out each class in turn, in an order that
 * depends only on its name and the seed, and each class starts where the previous one ended. So the sizes of folds differ
 * by at most one image, per class and in total.
 *
 * @throws InputError DATASET_CLASS_TOO_SMALL if a class has fewer images than there are folds
 */
export function foldsByClass(images: LabelledImages, count: number, seed: number, folds: number): Uint8Array {
  const { classNames, labels, labelSets } = images;
  const classes = indicesByClass(labels, classNames.length, 0, count);
  const small = [...classes.entries()].filter(([, indices]) => indices.length < folds);
  // A multi-label image counts here only for its rarest class, so a class has more images than are dealt out.
  if (small.length > 0 && !labelSets) {
    const names = shortList(small.map(([label, indices]) => `"${classNames[label]!}" (${indices.length})`));
    throw new InputError('DATASET_CLASS_TOO_SMALL', `fewer images than ${folds} folds in class ${names}`, {
      hint: 'Every fold needs an image of each class. Use fewer folds, add images, or remove the class.',
    });
  }
  const fold = new Uint8Array(count);
  let next = 0;
  for (const [label, indices] of classes.entries()) {
    const order = shuffledIndices(indices.length, seededRandom(seed, 'fold', classNames[label]!));
    for (const place of order) fold[indices[place]!] = next++ % folds;
  }
  return fold;
}
