import type { Axis } from '../../core/space/distribution.js';
import type { Support } from '../../core/space/support.js';
import { sobolSequence } from './sobol/sobol-sequence.js';
import type { IndexRule } from './allowed-points.js';
import type { Points } from './points.js';
import { quantile } from './quantile.js';
import { drawnPoints, randomDraws, type Draws } from './random-points.js';

/**
 * The points of a scrambled Sobol sequence, each axis by its distribution. Points that repeat are left out as in `randomPoints`; in
 * place of an excluded point there is a random one.
 */
export function sobolPoints(
  axes: readonly Axis[],
  supports: readonly (Support | undefined)[],
  rules: readonly IndexRule[],
  seed: number,
): Points {
  const names = axes.map(({ name }) => name);
  const coordinatesAt = sobolSequence(names, seed);
  const random = randomDraws(axes, seed);
  const draw: Draws = (number, attempt = 0) => {
    if (attempt > 0 || number >= MAX_NUMBER) return random(number, attempt);
    const coordinates = coordinatesAt(number);
    return axes.map(({ distribution }, axis) => quantile(distribution, coordinates[axis]!));
  };
  return drawnPoints(supports, rules, { seed, draw });
}

/** The sequence ends with its 32 bits. */
const MAX_NUMBER = 2 ** 32;
