import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { few } from '../datasets/few.js';

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

/**
 * Draws at most `limit` images, each class by its share of the pool and at least one, passing over what is excluded. Returns
 * ascending indices; a smaller limit gives a subset of them. `parameter` is what the user calls the limit. Throws InputError
 * DATASET_LIMIT_TOO_LOW where it is below the number of classes.
 */
export function drawSamples(
  pool: Pool,
  limit: number | undefined,
  isExcluded: (index: number) => boolean,
  parameter: string,
): Uint32Array {
  const sizes = pool.map(({ length }) => length);
  const quotas = limit === undefined ? sizes : shareOut(limit, sizes, parameter);
  const drawn: number[] = [];
  for (const [label, quota] of quotas.entries()) {
    let left = quota;
    for (const index of pool[label]!) {
      if (left === 0) break;
      if (isExcluded(index)) continue;
      drawn.push(index);
      left--;
    }
  }
  return Uint32Array.from(drawn).sort();
}

/**
 * Splits `total` in proportion to `sizes`, at least one to each that is not empty (divisor method of Webster and Sainte-Lague,
 * which gives nobody less of a larger total, as largest remainders might).
 */
function shareOut(total: number, sizes: readonly number[], parameter: string): readonly number[] {
  const available = sum(sizes);
  const classes = sizes.filter((size) => size > 0).length;
  if (total >= available) return sizes;
  if (total < classes) {
    throw new InputError('DATASET_LIMIT_TOO_LOW', `${parameter} is ${total}, fewer than the ${classes} classes`, {
      hint: `Every class takes part with at least one image: set ${parameter} to ${classes} or more.`,
    });
  }
  const divide = (divisor: number): number[] =>
    sizes.map((size) => Math.min(size, Math.max(1, Math.round(size / divisor))));
  let [tooSmall, divisor] = [1, 2 * available];
  for (let step = 0; step < 60; step++) {
    const middle = (tooSmall + divisor) / 2;
    if (sum(divide(middle)) > total) tooSmall = middle;
    else divisor = middle;
  }
  const shares = divide(divisor);
  // What is left, classes in equal position compete for: the first in order get it.
  for (let left = total - sum(shares); left > 0; left--) {
    const claim = (label: number): number =>
      shares[label]! < sizes[label]! ? sizes[label]! / (2 * shares[label]! + 1) : 0;
    const next = [...shares.keys()].reduce((best, label) => (claim(label) > claim(best) ? label : best));
    shares[next]!++;
  }
  return shares;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function requireTwoOfEach(pool: Pool, classNames: readonly string[]): void {
  const single = classNames.filter((_, label) => pool[label]!.length < 2);
  if (single.length === 0) return;
  const names = few(single.map((name) => `"${name}"`));
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
