import type { ParamValue } from '../../core/parameters.js';
import { bounds, type Distribution } from '../../core/space/distribution.js';
import { decimalStep, multiples } from '../../core/space/support.js';
import { clamp, warpOf, type Continuous } from './warp.js';

/** The value of a distribution at a share in [0, 1) of its probability. A uniform share gives a draw. */
export function quantile(distribution: Distribution, share: number): ParamValue {
  switch (distribution.kind) {
    case 'categorical':
      return distribution.values[Math.floor(share * distribution.values.length)]!;
    case 'categorical_w_probabilities':
      return distribution.values[weightedIndex(distribution.probabilities, share)]!;
    case 'found_values':
      return distribution.factors[Math.floor(share * distribution.factors.length)]!;
    case 'int_uniform': {
      const { min, max } = distribution;
      return min + Math.floor(share * (max - min + 1));
    }
    default:
      return rounded(distribution, warpOf(distribution).valueAt(share));
  }
}

/** A number within the distribution's bounds, and a multiple of its `q` where it has one. */
export function rounded(distribution: Continuous, value: number): number {
  const [low, high] = bounds(distribution);
  const inside = clamp(value, low, high);
  if (!('q' in distribution)) return inside;
  const [first, last] = multiples(distribution);
  return decimalStep(0, distribution.q, clamp(Math.round(inside / distribution.q), first, last));
}

/** The index on which `at`, uniform in [0, 1), falls when the weights are laid end to end. */
function weightedIndex(weights: readonly number[], at: number): number {
  let left = at * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return index >= 0 ? index : weights.findLastIndex((weight) => weight > 0);
}
