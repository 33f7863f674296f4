import { enumerateTrials } from '../enumeration.js';
import { centredPoints } from '../points/centred-points.js';
import { indexRules } from '../points/points.js';
import { sobolPoints } from '../points/sobol-points.js';
import { enumeratedSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/**
 * Points of a Sobol sequence, scrambled by the seed of the space, none twice, each with every seed before the next point. They cover
 * the space more evenly than random ones. Sobol 1967 (doi 10.1016/0041-5553(67)90144-9), Owen 1995 (scrambling).
 */
export function sobolSampler({ space, supports, identity, centres }: SamplerOptions): EnumeratedSampler {
  const points = sobolPoints(space.axes, supports, indexRules(space, supports), space.seed);
  return enumeratedSampler(
    enumerateTrials(centredPoints(points, space, { defaults: identity.defaults, centres }), {
      space,
      identity,
      seedOrder: 'seeds-innermost',
      originOf: (point) => `Sobol point ${point + 1}`,
    }),
  );
}
