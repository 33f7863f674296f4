import type { Feature } from './feature.js';

/** A part of the space in which a tree is constant. */
export interface Leaf {
  readonly value: number;
  /** For each feature 1 for every cell of the part, 0 for the others. */
  readonly masks: readonly Uint8Array[];
}

/**
 * The leaves of a regression tree that is grown until no leaf can be split (Breiman et al. 1984). Each split makes the sum of
 * squares of the two parts least; cells without an order are sorted by their mean first, which finds the best of all subsets.
 *
 * @param rows - indices of rows, repeated where a row counts more than once
 */
export function growTree(features: readonly Feature[], targets: readonly number[], rows: readonly number[]): Leaf[] {
  const leaves: Leaf[] = [];
  const open = [{ rows, masks: features.map(({ widths }) => new Uint8Array(widths.length).fill(1)) }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const split = bestSplit(features, targets, part.rows);
    if (split === undefined) {
      leaves.push({ value: mean(part.rows, targets), masks: part.masks });
      continue;
    }
    const { feature, left } = split;
    const { cells } = features[feature]!;
    const mask = part.masks[feature]!;
    open.push({
      rows: part.rows.filter((row) => left.has(cells[row]!)),
      masks: part.masks.with(
        feature,
        mask.map((inside, cell) => (left.has(cell) ? inside : 0)),
      ),
    });
    open.push({
      rows: part.rows.filter((row) => !left.has(cells[row]!)),
      masks: part.masks.with(
        feature,
        mask.map((inside, cell) => (left.has(cell) ? 0 : inside)),
      ),
    });
  }
  return leaves;
}

interface Split {
  readonly feature: number;
  /** Cells of the left part. */
  readonly left: ReadonlySet<number>;
}

function bestSplit(
  features: readonly Feature[],
  targets: readonly number[],
  rows: readonly number[],
): Split | undefined {
  const total = rows.reduce((sum, row) => sum + targets[row]!, 0);
  const whole = total ** 2 / rows.length;
  let best: Split | undefined;
  let gain =
    GAIN *
    Math.max(
      1e-300,
      whole,
      rows.reduce((sum, row) => sum + targets[row]! ** 2, 0),
    );
  for (const [index, feature] of features.entries()) {
    const { order, sums, counts } = cellSums(feature, targets, rows);
    let [sum, count] = [0, 0];
    for (const [place, cell] of order.slice(0, -1).entries()) {
      sum += sums[cell]!;
      count += counts[cell]!;
      const gained = sum ** 2 / count + (total - sum) ** 2 / (rows.length - count) - whole;
      if (gained <= gain) continue;
      gain = gained;
      best = { feature: index, left: leftOf(feature, order, place) };
    }
  }
  return best;
}

/** Smaller gains, relative to the sum of squares, are rounding. */
const GAIN = 1e-12;

/** The cells that have rows, in the order to cut them, with sum and number of their targets. */
function cellSums(
  { isOrdered, widths, cells }: Feature,
  targets: readonly number[],
  rows: readonly number[],
): { readonly order: readonly number[]; readonly sums: Float64Array; readonly counts: Float64Array } {
  const [sums, counts] = [new Float64Array(widths.length), new Float64Array(widths.length)];
  for (const row of rows) {
    sums[cells[row]!]! += targets[row]!;
    counts[cells[row]!]! += 1;
  }
  const order = widths.map((_, cell) => cell).filter((cell) => counts[cell]! > 0);
  if (!isOrdered) order.sort((a, b) => sums[a]! / counts[a]! - sums[b]! / counts[b]!);
  return { order, sums, counts };
}

/** Ordered cells without rows between two with rows are divided in the middle; others without rows go to the right. */
function leftOf({ isOrdered, widths }: Feature, order: readonly number[], place: number): ReadonlySet<number> {
  if (!isOrdered) return new Set(order.slice(0, place + 1));
  const middle = (order[place]! + order[place + 1]!) / 2;
  return new Set(widths.map((_, cell) => cell).filter((cell) => cell < middle));
}

const mean = (rows: readonly number[], targets: readonly number[]): number =>
  rows.reduce((sum, row) => sum + targets[row]!, 0) / rows.length;
