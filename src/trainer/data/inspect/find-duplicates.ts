import type { ImageFacts } from './examine-image.js';
import { hammingDistance } from './perceptual-hash.js';

/** Images that are identical or look alike. */
export interface DuplicateGroup {
  /** `exact`: the same bytes; `near`: different bytes that look almost the same. */
  readonly kind: 'exact' | 'near';
  /** Image indices, ascending, at least two. */
  readonly images: readonly number[];
}

const MAX_DISTANCE = 4;
/** Largest mean difference of thumbnails (0 to 255): separates images with the same outlines in different colours. */
const MAX_DIFFERENCE = 6;
/** Smallest correlation of thumbnails: separates images that are mostly background, such as drawings and digits. */
const MIN_CORRELATION = 0.98;
/** Hashes that differ in at most four of 64 bits agree in at least one of these five parts (pigeonhole principle). */
const PARTS = [
  [0, 13],
  [13, 26],
  [26, 39],
  [39, 52],
  [52, 64],
] as const;

/**
 * Finds groups of identical images, and of images that look alike: their hashes differ in at most 4 of 64 bits and their
 * thumbnails are similar. All images of a group are similar to its first one, so similarity does not chain. Images of one
 * colour are duplicates only if their bytes are equal. Larger groups come first.
 *
 * @param facts - by image index; `undefined` for images that cannot be decoded
 */
export function findDuplicates(facts: readonly (ImageFacts | undefined)[]): DuplicateGroup[] {
  const contents = new Map<string, number[]>();
  for (const [index, image] of facts.entries()) {
    if (!image) continue;
    const same = contents.get(image.content);
    if (same) same.push(index);
    else contents.set(image.content, [index]);
  }
  const exact = [...contents.values()].filter((images) => images.length > 1);
  const distinct = [...contents.values()].map(([first]) => first!).filter((index) => isTelling(facts[index]!));
  const near = lookalikes(distinct, facts).map((images) => images.sort((a, b) => a - b));
  return [
    ...exact.map((images): DuplicateGroup => ({ kind: 'exact', images })),
    ...near.map((images): DuplicateGroup => ({ kind: 'near', images })),
  ].sort((a, b) => b.images.length - a.images.length || a.images[0]! - b.images[0]!);
}

const isTelling = ({ oddities }: ImageFacts): boolean => !oddities.includes('one colour');

function lookalikes(indices: readonly number[], facts: readonly (ImageFacts | undefined)[]): number[][] {
  const roots = new Map(indices.map((index) => [index, index]));
  const rootOf = (index: number): number => {
    let root = index;
    while (roots.get(root) !== root) root = roots.get(root)!;
    roots.set(index, root);
    return root;
  };
  for (const [from, to] of PARTS) {
    const buckets = new Map<number, number[]>();
    for (const index of indices) {
      const part = bitsOf(facts[index]!.hash, from, to);
      const bucket = buckets.get(part);
      if (bucket) bucket.push(index);
      else buckets.set(part, [index]);
    }
    for (const bucket of buckets.values()) {
      for (const [place, a] of bucket.entries()) {
        for (let other = place + 1; other < bucket.length; other++) {
          const b = bucket[other]!;
          const [first, second] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number];
          if (first !== second && lookAlike(facts[first]!, facts[second]!)) roots.set(second, first);
        }
      }
    }
  }
  const groups = new Map<number, number[]>();
  for (const index of indices) {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group) group.push(index);
    else groups.set(root, [index]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function bitsOf([low, high]: readonly [number, number], from: number, to: number): number {
  let value = 0;
  for (let bit = from; bit < to; bit++) value = value * 2 + (((bit < 32 ? low : high) >>> (bit & 31)) & 1);
  return value;
}

function lookAlike(a: ImageFacts, b: ImageFacts): boolean {
  if (hammingDistance(a.hash, b.hash) > MAX_DISTANCE) return false;
  const [left, right] = [a.thumbnail, b.thumbnail];
  const count = left.length;
  let [difference, sumLeft, sumRight, squaresLeft, squaresRight, products] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const [x, y] = [left[index]!, right[index]!];
    difference += Math.abs(x - y);
    sumLeft += x;
    sumRight += y;
    squaresLeft += x * x;
    squaresRight += y * y;
    products += x * y;
  }
  const covariance = products - (sumLeft * sumRight) / count;
  const variances = (squaresLeft - sumLeft ** 2 / count) * (squaresRight - sumRight ** 2 / count);
  return difference <= MAX_DIFFERENCE * count && covariance >= MIN_CORRELATION * Math.sqrt(variances);
}
