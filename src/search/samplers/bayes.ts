import { gaussianProcessSearch } from '../bayes/gaussian-process-search.js';
import { initialPoints } from '../learning/initial-points.js';
import { learningSampler } from '../learning/learning-sampler.js';
import type { Sampler, SamplerOptions } from './sampler.js';

/**
 * Bayesian optimisation: the trainer's defaults, some points of a Sobol sequence, then the points with the highest expected
 * improvement under a Gaussian process.
 */
export function bayesSampler(options: SamplerOptions): Sampler {
  const { space, identity, goal } = options;
  return learningSampler(options, (domain) => {
    const initial = initialPoints(space, domain, identity.defaults);
    const search = gaussianProcessSearch({ seed: space.seed, goal });
    return (progress) => {
      const measured = progress.tried.filter(({ status }) => status === 'measured').length;
      const isInitial = progress.tried.length < INITIAL_POINTS || measured < LEAST_MEASURED;
      return isInitial ? initial(progress) : search(progress);
    };
  });
}

const INITIAL_POINTS = 8;
const LEAST_MEASURED = 3;
