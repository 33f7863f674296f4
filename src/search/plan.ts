import type { Axis } from '../core/space/distribution.js';
import type { SearchMethod, SearchSpace } from '../core/space/search-space.js';
import { supportOf } from '../core/space/support.js';
import type { TrialSpec } from '../core/trial/trial.js';
import { confirmingSeeds } from './confirmation.js';
import { declaredIn, type Declares } from './declared-in.js';
import type { Enumeration } from './enumeration.js';
import type { Centres } from './points/centred-points.js';
import { bayesSampler } from './samplers/bayes.js';
import { cmaEsSampler } from './samplers/cma-es.js';
import { evolutionSampler } from './samplers/evolution.js';
import { gridSampler } from './samplers/grid.js';
import { listSampler } from './samplers/list.js';
import { randomSampler } from './samplers/random.js';
import { sobolSampler } from './samplers/sobol.js';
import type { Sampler, SamplerOptions } from './samplers/sampler.js';
import { trialKeys, type Identity, type KeyOf } from './trial-key.js';

/** The trials of a sweep before any of them runs: their number, their parameters, and the sampler that chooses them. */
export interface Plan {
  /** See `Enumeration.size`. Trials that confirm the best points are not among them. */
  readonly size: number;
  /** Number of trials that confirm the best points when the others are finished. */
  readonly confirming: number;
  /** Number of combinations of the axes' values, times seeds, times folds; `Infinity` if it cannot be counted. */
  readonly points: number;
  /** How many of `points` the exclude rules remove; 0 if it cannot be counted. */
  readonly excluded: number;
  /** In the order of the file. */
  readonly axes: readonly PlannedAxis[];
  /** The key of a trial on this dataset and with this trainer. The sweep need not declare the trial. */
  readonly keyOf: KeyOf;
  /** The trials in their order; `undefined` where the sampler learns from results, so that the order is not known in advance. */
  readonly enumeration: Enumeration | undefined;
  readonly sampler: Sampler;
  /** Whether a trial lies in the search space, without regard to `run_cap`. */
  readonly declares: Declares;
  /** Centres of the axis with a `find`, as far as they are known. */
  readonly centres: Centres;
}

export interface PlannedAxis extends Axis {
  /** Number of its values: `Infinity` where it is continuous. */
  readonly size: number;
}

/**
 * Plans the trials of a search space. The values of an axis with a `find` are factors of `centres`, and null where there is
 * none yet. Throws an `InputError`: `TOO_MANY_POINTS` for a grid of more than 2^53 - 1 points, `EXCLUDE_TOO_COMPLEX` for rules
 * that cannot be counted.
 */
export function planTrials(space: SearchSpace, identity: Identity, centres: Centres = new Map()): Plan {
  const supports = space.axes.map(({ distribution }) => supportOf(distribution, space.method));
  const axes = space.axes.map((axis, index) => ({ ...axis, size: supports[index]?.size ?? Infinity }));
  const combinations = axes.reduce((product, { size }) => product * size, space.seeds.length * (space.folds ?? 1));
  const { goal } = space.objective;
  const sampler: Sampler = SAMPLERS[space.method]({ space, goal, supports, identity, centres });
  const { enumeration, declared } = sampler;
  const isCounted = Number.isFinite(declared);
  // A list has its points and no other combinations.
  const points = space.method === 'list' ? declared : isCounted ? combinations : Infinity;
  const size = Math.min(declared, space.runCap ?? Infinity);
  const trialsOfPoint = space.seeds.length * (space.folds ?? 1);
  const confirmed = Math.min(space.confirm?.top ?? 0, Math.ceil(size / trialsOfPoint));
  return {
    size,
    confirming: confirmed * confirmingSeeds(space).length * (space.folds ?? 1),
    points,
    excluded: isCounted ? points - declared : 0,
    axes,
    keyOf: trialKeys(identity),
    enumeration,
    sampler,
    declares: declaredIn({ space, supports, identity, centres }),
    centres,
  };
}

const SAMPLERS: Readonly<Record<SearchMethod, (options: SamplerOptions) => Sampler>> = {
  grid: gridSampler,
  random: randomSampler,
  sobol: sobolSampler,
  bayes: bayesSampler,
  evolution: evolutionSampler,
  'cma-es': cmaEsSampler,
  list: listSampler,
};

/** The trials that a sweep begins with, at most `count`. */
export const firstTrials = ({ sampler }: Plan, count: number): readonly TrialSpec[] => sampler.propose([], count);

/** The axes that make a plan as large as it is, largest first. */
export function largestAxes(plan: Plan): PlannedAxis[] {
  return plan.axes.filter(({ size }) => size > 1).sort((a, b) => b.size - a.size);
}
