import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';
import type { LabelledImages } from './split-by-class.js';

/**
 * The part of each of the first `count` images, an index into `shares` (which sum to 1), no group in two parts: groups from
 * the most uneven on, each put where it brings the parts' shares of all classes closest to what they should be (the greedy
 * way of scikit-learn's `StratifiedGroupKFold`, by squared distance so that shares may differ). The seed decides between
 * equals. Throws InputError DATASET_GROUPS_TOO_FEW where there are fewer groups than parts or a class lies in one group.
 */
export function splitByGroup(
  { classNames, labels, groups }: LabelledImages & { readonly groups: Int32Array },
  count: number,
  seed: number,
  shares: readonly number[],
): Uint8Array {
  const counts = countByGroup(labels, groups, count, classNames.length);
  requireGroups(counts, shares.length, classNames);
  const totals = classNames.map((_, label) => sum(counts.map((own) => own[label]!)));
  const parts = shares.map((share) => ({ share, counts: new Float64Array(classNames.length) }));
  const partOf = new Uint8Array(counts.length);
  for (const group of unevenFirst(counts, seed)) {
    const own = counts[group]!;
    const distances = parts.map((part) => distanceAdded(part, own, totals));
    // Equally close to all: the part that lacks most.
    const lacks = parts.map((part) => part.share - sum(part.counts) / sum(totals));
    const best = [...parts.keys()].reduce((a, b) => {
      const isCloser = distances[b]! < distances[a]! || (distances[b] === distances[a] && lacks[b]! > lacks[a]!);
      return isCloser ? b : a;
    });
    partOf[group] = best;
    for (const [label, images] of own.entries()) parts[best]!.counts[label]! += images;
  }
  fillGaps(partOf, counts, shares.length);
  return Uint8Array.from({ length: count }, (_, index) => partOf[groups[index]!]!);
}

/** By how much a group more moves a part away from its share of every class, squared. */
function distanceAdded(
  { share, counts }: { readonly share: number; readonly counts: Float64Array },
  own: Float64Array,
  totals: readonly number[],
): number {
  let distance = 0;
  for (const [label, images] of own.entries()) {
    if (images === 0) continue;
    const before = counts[label]! / totals[label]! - share;
    distance += (before + images / totals[label]!) ** 2 - before ** 2;
  }
  return distance;
}

/** A part without a class takes the group with the fewest images of it from a part that then still has all its classes. */
function fillGaps(partOf: Uint8Array, counts: readonly Float64Array[], parts: number): void {
  const classes = counts[0]!.length;
  const groupsWith = (label: number, part: number): number[] =>
    [...counts.keys()].filter((group) => partOf[group] === part && counts[group]![label]! > 0);
  const canSpare = (group: number): boolean =>
    counts[group]!.every((images, label) => images === 0 || groupsWith(label, partOf[group]!).length > 1);
  for (let part = 0; part < parts; part++) {
    for (let label = 0; label < classes; label++) {
      if (groupsWith(label, part).length > 0) continue;
      const spare = [...counts.keys()].filter((group) => counts[group]![label]! > 0 && canSpare(group));
      if (spare.length === 0) continue;
      partOf[spare.reduce((a, b) => (counts[b]![label]! < counts[a]![label]! ? b : a))] = part;
    }
  }
}

function countByGroup(labels: Int32Array, groups: Int32Array, count: number, classes: number): Float64Array[] {
  const counts: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const own = (counts[groups[index]!] ??= new Float64Array(classes));
    own[labels[index]!]!++;
  }
  return counts;
}

function unevenFirst(counts: readonly Float64Array[], seed: number): number[] {
  const variances = counts.map((own) => {
    const mean = sum(own) / own.length;
    return sum(own.map((images) => (images - mean) ** 2));
  });
  return [...shuffledIndices(counts.length, seededRandom(seed, 'groups'))].sort(
    (a, b) => variances[b]! - variances[a]!,
  );
}

function requireGroups(counts: readonly Float64Array[], parts: number, classNames: readonly string[]): void {
  const hint = 'A class needs images in several groups. Add some, take fewer folds, or take the class out.';
  if (counts.length < parts) {
    throw new InputError('DATASET_GROUPS_TOO_FEW', `${counts.length} groups cannot be put into ${parts} parts`, {
      hint,
    });
  }
  const single = classNames.filter((_, label) => counts.filter((own) => own[label]! > 0).length === 1);
  if (single.length === 0) return;
  const names = shortList(single.map((name) => `"${name}"`));
  throw new InputError('DATASET_GROUPS_TOO_FEW', `all images of class ${names} are in one group`, { hint });
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
