import { unreachable } from '../../core/errors.js';
import type { ParamValue } from '../../core/parameters.js';
import { bounds, MAX_SIGMAS, type Distribution } from '../../core/space/distribution.js';
import { betaCdf, betaQuantile } from '../../core/numerics/beta.js';
import { normalCdf, normalQuantile } from '../numerics/normal.js';

/** A distribution of numbers, before any rounding to `q`. */
export type Continuous = Exclude<
  Distribution,
  { kind: 'int_uniform' | 'found_values' } | { values: readonly ParamValue[] }
>;

/** Stretches the range of a distribution so that its numbers are uniform in [0, 1]. */
export interface Warp {
  /** The number with this share of the distribution below it: the quantile function. */
  readonly valueAt: (share: number) => number;
  /** The share of the distribution below a number, 0 to 1. */
  readonly shareOf: (value: number) => number;
}

export function warpOf(distribution: Continuous): Warp {
  const { kind } = distribution;
  switch (kind) {
    case 'uniform':
    case 'q_uniform':
      return linear(distribution.min, distribution.max);
    case 'log_uniform':
    case 'q_log_uniform':
      return exponential(linear(distribution.min, distribution.max));
    case 'inv_log_uniform': {
      const { valueAt, shareOf } = linear(distribution.max, distribution.min);
      return { valueAt: (share) => Math.exp(-valueAt(share)), shareOf: (value) => shareOf(-Math.log(value)) };
    }
    case 'log_uniform_values':
    case 'q_log_uniform_values':
    case 'found_range':
    // log(1/x) is uniform exactly when log(x) is, so between the same values the two distributions are equal.
    case 'inv_log_uniform_values': {
      const [low, high] = bounds(distribution);
      return exponential(linear(Math.log(low), Math.log(high)));
    }
    case 'normal':
    case 'q_normal':
      return normal(distribution.mu, distribution.sigma);
    case 'log_normal':
    case 'q_log_normal':
      return exponential(normal(distribution.mu, distribution.sigma));
    case 'beta':
    case 'q_beta': {
      const { a, b } = distribution;
      return { valueAt: (share) => betaQuantile(share, a, b), shareOf: (value) => betaCdf(value, a, b) };
    }
    default:
      return unreachable(distribution);
  }
}

const mix = (low: number, high: number, share: number): number => low * (1 - share) + high * share;

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const linear = (low: number, high: number): Warp => ({
  valueAt: (share) => mix(low, high, share),
  shareOf: (value) => (high === low ? 0.5 : clamp((value - low) / (high - low), 0, 1)),
});

const exponential = ({ valueAt, shareOf }: Warp): Warp => ({
  valueAt: (share) => Math.exp(valueAt(share)),
  shareOf: (value) => shareOf(Math.log(value)),
});

/** A normal distribution cut off at MAX_SIGMAS. */
function normal(mu: number, sigma: number): Warp {
  const below = normalCdf(-MAX_SIGMAS);
  return {
    valueAt: (share) => mu + sigma * normalQuantile(mix(below, 1 - below, share)),
    shareOf: (value) => (sigma === 0 ? 0.5 : clamp((normalCdf((value - mu) / sigma) - below) / (1 - 2 * below), 0, 1)),
  };
}
