import { unreachable } from '../errors.js';
import type { ParamValue } from '../parameters.js';

/**
 * How one parameter varies, in the terms of W&B's sweep configuration, every default filled in. `int_uniform` includes
 * both bounds; the bounds of `log_uniform`, `q_log_uniform` and `inv_log_uniform` are exponents of e, those of
 * `*_log_uniform_values` are values; `mu` and `sigma` of `log_normal` are those of the logarithm. What starts with `q_` is
 * rounded to multiples of `q`.
 */
export type Distribution =
  | { readonly kind: 'categorical'; readonly values: readonly ParamValue[] }
  | {
      readonly kind: 'categorical_w_probabilities';
      readonly values: readonly ParamValue[];
      readonly probabilities: readonly number[];
    }
  | { readonly kind: 'int_uniform'; readonly min: number; readonly max: number }
  | { readonly kind: RangeKind; readonly min: number; readonly max: number }
  | { readonly kind: QuantizedRangeKind; readonly min: number; readonly max: number; readonly q: number }
  | { readonly kind: 'normal' | 'log_normal'; readonly mu: number; readonly sigma: number }
  | { readonly kind: 'q_normal' | 'q_log_normal'; readonly mu: number; readonly sigma: number; readonly q: number }
  | { readonly kind: 'beta'; readonly a: number; readonly b: number }
  | { readonly kind: 'q_beta'; readonly a: number; readonly b: number; readonly q: number }
  | FoundDistribution;

/** Factors of the centre that a test finds for each value of the parameter `per`: a list, or `log_uniform_values` between two. */
export type FoundDistribution =
  | { readonly kind: 'found_values'; readonly per: string; readonly factors: readonly number[] }
  | { readonly kind: 'found_range'; readonly per: string; readonly min: number; readonly max: number };

type RangeKind = 'uniform' | 'log_uniform' | 'log_uniform_values' | 'inv_log_uniform' | 'inv_log_uniform_values';
type QuantizedRangeKind = 'q_uniform' | 'q_log_uniform' | 'q_log_uniform_values';

/** A parameter that varies within a sweep. */
export interface Axis {
  readonly name: string;
  readonly distribution: Distribution;
}

/** Normal draws further out than this many sigma (two in a billion) are drawn again, so every axis has bounds. */
export const MAX_SIGMAS = 6;

export const isFound = (distribution: Distribution): distribution is FoundDistribution =>
  distribution.kind === 'found_values' || distribution.kind === 'found_range';

/** The lowest and the highest number of a distribution, before rounding to `q`; with `find`, of its factors. */
export function bounds(distribution: Exclude<Distribution, { values: readonly ParamValue[] }>): [number, number] {
  switch (distribution.kind) {
    case 'int_uniform':
    case 'uniform':
    case 'q_uniform':
    case 'log_uniform_values':
    case 'q_log_uniform_values':
    case 'inv_log_uniform_values':
    case 'found_range':
      return [distribution.min, distribution.max];
    case 'found_values':
      return [Math.min(...distribution.factors), Math.max(...distribution.factors)];
    case 'log_uniform':
    case 'q_log_uniform':
      return [Math.exp(distribution.min), Math.exp(distribution.max)];
    case 'inv_log_uniform':
      return [Math.exp(-distribution.max), Math.exp(-distribution.min)];
    case 'normal':
    case 'q_normal':
      return sigmas(distribution);
    case 'log_normal':
    case 'q_log_normal': {
      const [low, high] = sigmas(distribution);
      return [Math.exp(low), Math.exp(high)];
    }
    case 'beta':
    case 'q_beta':
      return [0, 1];
    default:
      return unreachable(distribution);
  }
}

function sigmas({ mu, sigma }: { readonly mu: number; readonly sigma: number }): [number, number] {
  return [mu - MAX_SIGMAS * sigma, mu + MAX_SIGMAS * sigma];
}
