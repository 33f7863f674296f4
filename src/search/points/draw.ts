import type { ParamValue } from '../../core/parameters.js';
import type { Random } from '../../core/random.js';
import { MAX_SIGMAS, type Distribution } from '../../core/space/distribution.js';
import { quantile, rounded } from './quantile.js';

/** One value drawn from a distribution. */
export function draw(distribution: Distribution, random: Random): ParamValue {
  switch (distribution.kind) {
    case 'normal':
    case 'q_normal':
      return rounded(distribution, distribution.mu + distribution.sigma * standardNormal(random));
    case 'log_normal':
    case 'q_log_normal':
      return rounded(distribution, Math.exp(distribution.mu + distribution.sigma * standardNormal(random)));
    case 'beta':
    case 'q_beta': {
      const logOdds = logGamma(distribution.a, random) - logGamma(distribution.b, random);
      return rounded(distribution, 1 / (1 + Math.exp(-logOdds)));
    }
    default:
      return quantile(distribution, unit(random));
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
