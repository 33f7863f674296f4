import { randomInt, seededRandom } from '../../core/random.js';
import type { Feature } from './feature.js';
import { growTree, type Leaf } from './regression-tree.js';

/** Shares of the variation of the objective over the whole space; what is left over is due to larger groups of parameters. */
export interface Importance {
  /** Of each feature alone. */
  readonly single: readonly number[];
  /** Of each pair beyond its two features alone, in descending order. */
  readonly pairs: readonly { readonly features: readonly [number, number]; readonly share: number }[];
}

/**
 * Functional analysis of variance over a random forest (Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing
 * hyperparameter importance"): how much of the variation of the objective each parameter explains alone, and each pair together.
 * Shares are means over 64 trees. All are 0 where no tree varies.
 */
export function fanova(features: readonly Feature[], targets: readonly number[], seed: number): Importance {
  const names = features.map((_, index) => index);
  const pairs = names.flatMap((a) => names.slice(a + 1).map((b): [number, number] => [a, b]));
  const single = new Float64Array(features.length);
  const double = new Float64Array(pairs.length);
  let trees = 0;
  for (let tree = 0; tree < TREES; tree++) {
    const random = seededRandom(seed, 'fanova', tree);
    const rows = targets.map(() => randomInt(random, targets.length));
    const leaves = growTree(features, targets, rows).map((leaf) => measured(leaf, features));
    const mean = leaves.reduce((sum, { volume, value }) => sum + volume * value, 0);
    const variance = leaves.reduce((sum, { volume, value }) => sum + volume * (value - mean) ** 2, 0);
    if (!(variance > 0)) continue;
    trees += 1;
    const alone = names.map((feature) => singleVariance(leaves, features[feature]!, feature, mean));
    for (const feature of names) single[feature]! += alone[feature]! / variance;
    for (const [index, [a, b]] of pairs.entries()) {
      const both = pairVariance(leaves, features, [a, b], mean) - alone[a]! - alone[b]!;
      double[index]! += Math.max(0, both) / variance;
    }
  }
  const share = (sum: number): number => (trees === 0 ? 0 : sum / trees);
  return {
    single: [...single].map(share),
    pairs: pairs
      .map((each, index) => ({ features: each, share: share(double[index]!) }))
      .sort((a, b) => b.share - a.share),
  };
}

const TREES = 64;

interface MeasuredLeaf extends Leaf {
  /** Share of each axis that the leaf covers. */
  readonly lengths: readonly number[];
  readonly volume: number;
}

function measured(leaf: Leaf, features: readonly Feature[]): MeasuredLeaf {
  const lengths = features.map(({ widths }, feature) =>
    widths.reduce((sum, width, cell) => sum + width * leaf.masks[feature]![cell]!, 0),
  );
  return { ...leaf, lengths, volume: lengths.reduce((product, length) => product * length, 1) };
}

/** Variance of the mean over all other axes, along one axis. */
function singleVariance(leaves: readonly MeasuredLeaf[], { widths }: Feature, feature: number, mean: number): number {
  const marginal = new Float64Array(widths.length);
  for (const { value, masks, lengths, volume } of leaves) {
    if (volume === 0) continue;
    const part = (value * volume) / lengths[feature]!;
    for (const cell of marginal.keys()) marginal[cell]! += part * masks[feature]![cell]!;
  }
  return widths.reduce((sum, width, cell) => sum + width * (marginal[cell]! - mean) ** 2, 0);
}

/** Variance of the mean over all other axes, in the plane of two axes. */
function pairVariance(
  leaves: readonly MeasuredLeaf[],
  features: readonly Feature[],
  [a, b]: readonly [number, number],
  mean: number,
): number {
  const [columns, rows] = [features[a]!.widths, features[b]!.widths];
  const marginal = new Float64Array(columns.length * rows.length);
  for (const { value, masks, lengths, volume } of leaves) {
    if (volume === 0) continue;
    const part = (value * volume) / (lengths[a]! * lengths[b]!);
    for (const column of columns.keys()) {
      if (masks[a]![column] === 0) continue;
      for (const row of rows.keys()) marginal[column * rows.length + row]! += part * masks[b]![row]!;
    }
  }
  return columns.reduce(
    (sum, width, column) =>
      sum +
      rows.reduce(
        (inner, height, row) => inner + width * height * (marginal[column * rows.length + row]! - mean) ** 2,
        0,
      ),
    0,
  );
}
