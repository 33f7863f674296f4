import { erfcx, normalCdf, normalLogDensity } from '../../numerics/normal.js';
import type { Prediction } from './posterior.js';

/**
 * Logarithm of the expected improvement on `best`, where lower is better. The logarithm is computed without the improvement itself,
 * which underflows far from the best points and leaves a search without direction (Ament et al., "Unexpected improvements to
 * expected improvement", arXiv 2310.20708).
 */
export function logExpectedImprovement({ mean, variance }: Prediction, best: number): number {
  const deviation = Math.sqrt(variance);
  return logImprovement((best - mean) / deviation) + Math.log(deviation);
}

/** Logarithm of `density(z) + z cdf(z)` of the standard normal distribution. */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(normalLogDensity(z)) + z * normalCdf(z));
  if (z < -1e5) return normalLogDensity(z) - 2 * Math.log(-z);
  // density(z) (1 + z cdf(z) / density(z)); beyond this z the difference from 1 would be lost.
  const share = Math.sqrt(Math.PI / 2) * -z * erfcx(-z / Math.SQRT2);
  return normalLogDensity(z) + (z > -50 ? Math.log1p(-share) : -2 * Math.log(-z) + Math.log1p(-3 / (z * z)));
}
