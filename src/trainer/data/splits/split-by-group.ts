import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import { shortList } from '../files/name-lists.js';
import type { LabelledImages } from './split-by-class.js';

/**
 * Assigns a part (an index into `shares`, which sum to 1) to each of the first `count` images, without dividing groups.
 * Takes the groups with the most uneven class counts first and puts each into the part where the class shares then are
 * closest to `shares`: the greedy algorithm of scikit-learn's `StratifiedGroupKFold`, with squared distances so that
 * shares may differ. The seed decides ties.
 *
 * @throws InputError DATASET_GROUPS_TOO_FEW if there are fewer groups than parts, or all images of a class are in one
 *   group
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
    // On ties, the part that is furthest below its share.
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

/** Increase of a part's squared distance from its class shares when a group is added. */
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

/** Gives each part that lacks a class the smallest group with that class from a part that can spare it. */
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
  const hint = 'A class needs images in several groups. Add images, use fewer folds, or remove the class.';
  if (counts.length < parts) {
    throw new InputError('DATASET_GROUPS_TOO_FEW', `${counts.length} groups are too few for ${parts} parts`, {
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
