import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';

/** What a split is drawn from. Images are known by their index. */
export interface LabelledImages {
  readonly classNames: readonly string[];
  /** Class of each image. */
  readonly labels: Int32Array;
  /** Where the dataset comes split: images before this index train, the rest validate. */
  readonly trainCount?: number;
  /** Group of each image, where images of a group have to stay together. */
  readonly groups?: Int32Array;
  /** Where images can have several classes: all of them. `labels` then has the one by which an image is drawn. */
  readonly labelSets?: { has(image: number, label: number): boolean };
}

/** Per class its images in the order in which they are drawn: a part's first samples are those that a smaller limit leaves. */
export type Pool = readonly Uint32Array[];

export interface Pools {
  readonly train: Pool;
  readonly validation: Pool;
}

/**
 * Divides images into training and validation, class by class: each class's images in an order that its name and the seed
 * alone decide, the first `validationSplit` of them (rounded, at least one, and one left to train) held out. A dataset that
 * comes split keeps its split. Throws InputError DATASET_CLASS_TOO_SMALL where a class has a single image for both parts.
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

/** The pools of images that were put into parts already, an index for each of the first images: `held` validates. */
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
  throw new InputError('DATASET_CLASS_TOO_SMALL', `a single image in class ${names}`, {
    hint: 'A class needs an image to train on and another to validate on. Add images, or take the class out.',
  });
}

/** Ascending indices from `from` on and below `to`, by label. */
export function indicesByClass(labels: Int32Array, classes: number, from: number, to: number): Uint32Array[] {
  const found = Array.from({ length: classes }, (): number[] => []);
  for (let index = from; index < to; index++) found[labels[index]!]!.push(index);
  return found.map((indices) => Uint32Array.from(indices));
}
