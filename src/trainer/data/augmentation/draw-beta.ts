import type { Random } from '../../../core/random.js';

/** Draws from Beta(alpha, alpha), alpha above 0, as a ratio of two gamma variables, computed with logarithms. */
export function drawBeta(random: Random, alpha: number): number {
  const [a, b] = [drawLogGamma(random, alpha), drawLogGamma(random, alpha)];
  return 1 / (1 + Math.exp(b - a));
}

/**
 * Draws the logarithm of a gamma variable (Marsaglia and Tsang, ACM TOMS 26, 2000). A shape below 1 uses shape + 1; the
 * logarithm avoids underflow there.
 */
function drawLogGamma(random: Random, shape: number): number {
  if (shape < 1) return drawLogGamma(random, shape + 1) + Math.log(1 - random()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(random);
    const v = (1 + c * normal) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** Draws from the standard normal distribution (Box and Muller). */
const drawNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
