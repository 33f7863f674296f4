import { unreachable } from '../../core/errors.js';
import type { ParamValue } from '../../core/parameters.js';
import type { Random } from '../../core/random.js';
import { bounds, MAX_SIGMAS, type Distribution } from '../../core/space/distribution.js';
import { decimalStep, multiples } from '../../core/space/support.js';

/** One value drawn from a distribution. */
export function draw(distribution: Distribution, random: Random): ParamValue {
  switch (distribution.kind) {
    case 'categorical':
      return distribution.values[Math.floor(unit(random) * distribution.values.length)]!;
    case 'categorical_w_probabilities':
      return distribution.values[weightedIndex(distribution.probabilities, unit(random))]!;
    case 'found_values':
      return distribution.factors[Math.floor(unit(random) * distribution.factors.length)]!;
    case 'int_uniform': {
      const { min, max } = distribution;
      return min + Math.floor(unit(random) * (max - min + 1));
    }
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
    case 'q_normal':
    case 'q_log_normal':
    case 'q_beta': {
      const [first, last] = multiples(distribution);
      const nearest = Math.round(drawNumber(distribution, random) / distribution.q);
      return decimalStep(0, distribution.q, clamp(nearest, first, last));
    }
    case 'uniform':
    case 'log_uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform':
    case 'inv_log_uniform_values':
    case 'found_range':
    case 'normal':
    case 'log_normal':
    case 'beta':
      return drawNumber(distribution, random);
    default:
      return unreachable(distribution);
  }
}

type Continuous = Exclude<Distribution, { kind: 'int_uniform' | 'found_values' } | { values: readonly ParamValue[] }>;

/** A draw before any rounding to `q`, within the distribution's bounds. */
function drawNumber(distribution: Continuous, random: Random): number {
  const [low, high] = bounds(distribution);
  return clamp(unclamped(distribution, low, high, random), low, high);
}

function unclamped(distribution: Continuous, low: number, high: number, random: Random): number {
  switch (distribution.kind) {
    case 'uniform':
    case 'q_uniform':
      return mix(low, high, unit(random));
    case 'log_uniform':
    case 'q_log_uniform':
      return Math.exp(mix(distribution.min, distribution.max, unit(random)));
    case 'inv_log_uniform':
      return Math.exp(-mix(distribution.max, distribution.min, unit(random)));
    case 'log_uniform_values':
    case 'q_log_uniform_values':
    case 'found_range':
    // log(1/x) is uniform exactly when log(x) is, so between the same values the two distributions are equal.
    case 'inv_log_uniform_values':
      return Math.exp(mix(Math.log(low), Math.log(high), unit(random)));
    case 'normal':
    case 'q_normal':
      return distribution.mu + distribution.sigma * standardNormal(random);
    case 'log_normal':
    case 'q_log_normal':
      return Math.exp(distribution.mu + distribution.sigma * standardNormal(random));
    case 'beta':
    case 'q_beta': {
      const logOdds = logGamma(distribution.a, random) - logGamma(distribution.b, random);
      return 1 / (1 + Math.exp(-logOdds));
    }
    default:
      return unreachable(distribution);
  }
}

/** Uniform in [0, 1) with all 53 bits of a double: 32 would repeat after some ten thousand draws. */
function unit(random: Random): number {
  return (Math.floor(random() * 2 ** 27) * 2 ** 26 + Math.floor(random() * 2 ** 26)) / 2 ** 53;
}

/** Box-Muller, drawn again beyond MAX_SIGMAS. */
function standardNormal(random: Random): number {
  for (;;) {
    const radius = Math.sqrt(-2 * Math.log(1 - unit(random)));
    const value = radius * Math.cos(2 * Math.PI * unit(random));
    if (Math.abs(value) <= MAX_SIGMAS) return value;
  }
}

/**
 * Logarithm of a gamma draw (Marsaglia and Tsang, doi 10.1145/358407.358414). It is a logarithm because with a small shape the
 * draw itself often underflows.
 */
function logGamma(shape: number, random: Random): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - unit(random)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = standardNormal(random);
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - unit(random)) < normal ** 2 / 2 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

/** The index on which `at`, uniform in [0, 1), falls when the weights are laid end to end. */
function weightedIndex(weights: readonly number[], at: number): number {
  let left = at * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return index >= 0 ? index : weights.findLastIndex((weight) => weight > 0);
}

const mix = (low: number, high: number, share: number): number => low * (1 - share) + high * share;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
