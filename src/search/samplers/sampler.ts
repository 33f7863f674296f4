import type { Objective } from '../../core/objective.js';
import type { Observation } from '../../core/trial/observation.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import type { Support } from '../../core/space/support.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { enumerateTrials, type Enumeration, type EnumerationOptions } from '../enumeration.js';
import { centredPoints, type Centres } from '../points/centred-points.js';
import type { Points } from '../points/points.js';
import type { Identity } from '../trial-key.js';

/**
 * Chooses the trials of a sweep. A sampler is a pure function of the search space with its seed, and of the history: the rows
 * of the database in the order in which they were committed, those of open trials included. So no sampler saves a state: after
 * a crash, the same rows give the same proposals.
 *
 * There are two kinds. The order of a grid or a random search depends on no result: such a sampler is an `EnumeratedSampler`,
 * and a sweep walks its enumeration without loading any history. A sampler that learns from results (a Gaussian process, a
 * Parzen estimator, evolution) has `propose` alone: it has no trial at position 1000 before 1000 rows are recorded. To add one: a
 * file in this folder that implements `Sampler` (one that learns by `learningSampler`), its name in `SEARCH_METHODS`
 * (core/space/search-space.ts), an entry in `SAMPLERS` (search/plan.ts), a line in test/search/samplers/conformance.test.ts, and one
 * in docs/samplers.md.
 */
export interface Sampler {
  /** `undefined` where the sampler learns from results. */
  readonly enumeration?: Enumeration;
  /** Number of trials that the space has room for, seeds and folds included: not capped by `run_cap`, may be `Infinity`. */
  readonly declared: number;
  /**
   * The trials to run next, `count` of them, or fewer where the space is exhausted or `run_cap` is reached. Never a trial whose
   * key is in the history, an excluded point, or the same key twice. Positions go up in the order of proposals: a sampler that
   * learns proposes a point with every seed and every fold before the next point.
   */
  propose(history: readonly Observation[], count: number): readonly TrialSpec[];
}

/** A sampler whose trials are known before the first result. */
export interface EnumeratedSampler extends Sampler {
  readonly enumeration: Enumeration;
}

/** Everything a sampler is made from. */
export interface SamplerOptions {
  readonly space: SearchSpace;
  /** Which values of the objective are better. */
  readonly goal: Objective['goal'];
  /** Values of each axis of the space; `undefined` where it is continuous. */
  readonly supports: readonly (Support | undefined)[];
  readonly identity: Identity;
  /** Values found by a test, of which the axis with a `find` has factors. Empty where nothing is found yet. */
  readonly centres: Centres;
}

/** Proposes the first trials of an enumeration that are not in the history. */
function enumeratedSampler(enumeration: Enumeration): EnumeratedSampler {
  return {
    enumeration,
    declared: enumeration.declared,
    propose(history, count) {
      const known = new Set(history.map(({ key }) => key));
      const proposed: TrialSpec[] = [];
      if (count <= 0) return proposed;
      for (const trial of enumeration.trials()) {
        if (known.has(trial.key)) continue;
        known.add(trial.key);
        if (proposed.push(trial) >= count) break;
      }
      return proposed;
    },
  };
}

/** Tries points, given as factors on the axis with a `find`, in their order. */
export function pointsSampler(
  points: Points,
  { space, identity, centres }: SamplerOptions,
  order: Pick<EnumerationOptions, 'seedOrder' | 'originOf'>,
): EnumeratedSampler {
  const centred = centredPoints(points, space, { defaults: identity.defaults, centres });
  return enumeratedSampler(enumerateTrials(centred, { space, identity, ...order }));
}
