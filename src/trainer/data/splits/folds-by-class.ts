import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';
import { indicesByClass, type LabelledImages } from './split-by-class.js';

/**
 * The fold of each of the first `count` images: every class dealt out evenly, in an order that its name and the seed alone
 * decide, one class going on where the last one ended, so that folds differ by one image at most in each class and in all.
 * Throws InputError DATASET_CLASS_TOO_SMALL where a class has fewer images than there are folds.
 */
export function foldsByClass(images: LabelledImages, count: number, seed: number, folds: number): Uint8Array {
  const { classNames, labels, labelSets } = images;
  const classes = indicesByClass(labels, classNames.length, 0, count);
  const small = [...classes.entries()].filter(([, indices]) => indices.length < folds);
  // Where images have several classes, one has more of them than it is dealt out by.
  if (small.length > 0 && !labelSets) {
    const names = shortList(small.map(([label, indices]) => `"${classNames[label]!}" (${indices.length})`));
    throw new InputError('DATASET_CLASS_TOO_SMALL', `fewer images than ${folds} folds in class ${names}`, {
      hint: 'Every fold validates on at least one image of each class. Take fewer folds, add images, or take the class out.',
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
