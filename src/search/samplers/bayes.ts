import { gaussianProcessSearch } from '../learning/bayes/gaussian-process-search.js';
import { initialPoints } from '../learning/initial-points.js';
import { learningSampler } from '../learning/learning-sampler.js';
import { parzenSearch } from '../learning/parzen/parzen-search.js';
import type { Sampler, SamplerOptions } from './sampler.js';

/**
 * Bayesian optimisation: the trainer's defaults, some points of a Sobol sequence, then the points with the highest expected
 * improvement under a Gaussian process. Where there are more points than a Gaussian process has time for, a tree-structured Parzen
 * estimator takes over; `surrogate` chooses one of the two for the whole search.
 */
export function bayesSampler(options: SamplerOptions): Sampler {
  const { space, identity, goal } = options;
  const { seed, sampling } = space;
  return learningSampler(options, (domain) => {
    const initial = initialPoints(space, domain, identity.defaults);
    const acquisition = sampling?.acquisition;
    const searches = {
      gp: gaussianProcessSearch({ seed, goal, acquisition }),
      tpe: parzenSearch({ seed, goal }),
    };
    return (progress) => {
      const measured = progress.tried.filter(({ status }) => status === 'measured').length;
      if (progress.tried.length < INITIAL_POINTS || measured < LEAST_MEASURED) return initial(progress);
      const surrogate = sampling?.surrogate ?? (measured > MOST_FOR_PROCESS ? 'tpe' : 'gp');
      return searches[surrogate](progress);
    };
  });
}

const INITIAL_POINTS = 8;
const LEAST_MEASURED = 3;
/** Measured points up to which a Gaussian process is used: its time grows with their third power. */
const MOST_FOR_PROCESS = 200;
