import { enumerateTrials } from '../enumeration.js';
import { centredPoints } from '../points/centred-points.js';
import { indexRules } from '../points/points.js';
import { randomPoints } from '../points/random-points.js';
import { enumeratedSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/** Points drawn by the seed of the space, none twice, each with every seed before the next point. */
export function randomSampler({ space, supports, identity, centres }: SamplerOptions): EnumeratedSampler {
  const drawn = randomPoints(space.axes, supports, indexRules(space, supports), space.seed);
  return enumeratedSampler(
    enumerateTrials(centredPoints(drawn, space, { defaults: identity.defaults, centres }), {
      space,
      identity,
      seedOrder: 'seeds-innermost',
    }),
  );
}
