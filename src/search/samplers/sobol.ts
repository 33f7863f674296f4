import { indexRules } from '../points/points.js';
import { sobolPoints } from '../points/sobol-points.js';
import { pointsSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/**
 * Points of a Sobol sequence, scrambled by the seed of the space, none twice, each with every seed before the next point. They cover
 * the space more evenly than random ones. Sobol 1967 (doi 10.1016/0041-5553(67)90144-9), Owen 1995 (scrambling).
 */
export function sobolSampler(options: SamplerOptions): EnumeratedSampler {
  const { space, supports } = options;
  const points = sobolPoints(space.axes, supports, indexRules(space, supports), space.seed);
  return pointsSampler(points, options, {
    seedOrder: 'seeds-innermost',
    originOf: (point) => `Sobol point ${point + 1}`,
  });
}
