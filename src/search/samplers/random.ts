import { indexRules } from '../points/points.js';
import { randomPoints } from '../points/random-points.js';
import { pointsSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/** Points drawn by the seed of the space, none twice, each with every seed before the next point. */
export function randomSampler(options: SamplerOptions): EnumeratedSampler {
  const { space, supports } = options;
  const drawn = randomPoints(space.axes, supports, indexRules(space, supports), space.seed);
  return pointsSampler(drawn, options, { seedOrder: 'seeds-innermost' });
}
