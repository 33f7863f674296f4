import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';

/** Labels of a dataset's images, by image index. */
export interface LabelledImages {
  readonly classNames: readonly string[];
  /** Class of each image. */
  readonly labels: Int32Array;
  /** If the dataset comes split: images before this index are for training, the rest for validation. */
  readonly trainCount?: number;
  /** Group of each image, if groups must not be divided. */
  readonly groups?: Int32Array;
  /** All classes of each multi-label image. `labels` then has the class by which the image is drawn. */
  readonly labelSets?: { has(image: number, label: number): boolean };
}

/** Image indices per class, in the order in which they are drawn. A smaller limit draws a prefix. */
export type Pool = readonly Uint32Array[];

/** Images of both parts of a split. */
export interface Pools {
  readonly train: Pool;
  readonly validation: Pool;
}

/**
 * Splits images into training and validation, class by class. Shuffles each class by its name and the seed and uses the first
 * `validationSplit` (a share, rounded, at least one image, and one left for training) for validation. A dataset that comes
 * split keeps its split.
 *
 * @throws InputError DATASET_CLASS_TOO_SMALL if a class has only one image for both parts
 */
export function splitByClass(images: LabelledImages, seed: number, validationSplit: number): Pools {
  const { classNames, labels, trainCount, labelSets } = images;
  const poolOf = (from: number, to: number, name: string): Pool =>
    indicesByClass(labels, classNames.length, from, to).map((indices, label) =>
      shuffled(indices, seed, name, classNames[label]!),
    );
  if (trainCount !== undefined) {
    return { train: poolOf(0, trainCount, 'train'), validation: poolOf(trainCount, labels.length, 'validation') };
  }
  const all = poolOf(0, labels.length, 'split');
  if (!labelSets) requireTwoOfEach(all, classNames);
  const held = all.map(({ length }) =>
    Math.max(0, Math.min(length - 1, Math.max(1, Math.round(length * validationSplit)))),
  );
  return {
    train: all.map((indices, label) => indices.subarray(held[label])),
    validation: all.map((indices, label) => indices.subarray(0, held[label])),
  };
}

/** Pools of images that already have a part: images in part `held` are for validation. `parts` has the part of each image. */
export function poolsOf({ classNames, labels }: LabelledImages, parts: Uint8Array, held: number, seed: number): Pools {
  const classes = indicesByClass(labels, classNames.length, 0, parts.length);
  const poolOf = (isHeld: boolean): Pool =>
    classes.map((indices, label) => {
      const own = indices.filter((index) => (parts[index] === held) === isHeld);
      return shuffled(own, seed, isHeld ? 'validation' : 'train', classNames[label]!);
    });
  return { train: poolOf(false), validation: poolOf(true) };
}

const shuffled = (indices: Uint32Array, seed: number, ...labels: readonly string[]): Uint32Array =>
  shuffledIndices(indices.length, seededRandom(seed, ...labels)).map((place) => indices[place]!);

function requireTwoOfEach(pool: Pool, classNames: readonly string[]): void {
  const single = classNames.filter((_, label) => pool[label]!.length < 2);
  if (single.length === 0) return;
  const names = shortList(single.map((name) => `"${name}"`));
  throw new InputError('DATASET_CLASS_TOO_SMALL', `only one image in class ${names}`, {
    hint: 'A class needs one image for training and one for validation. Add images, or remove the class.',
  });
}

/** Ascending image indices from `from` to `to` - 1, by label. */
export function indicesByClass(labels: Int32Array, classes: number, from: number, to: number): Uint32Array[] {
  const found = Array.from({ length: classes }, (): number[] => []);
  for (let index = from; index < to; index++) found[labels[index]!]!.push(index);
  return found.map((indices) => Uint32Array.from(indices));
}
