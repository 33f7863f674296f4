import type { Axis } from '../core/space/distribution.js';
import type { SearchMethod, SearchSpace } from '../core/space/search-space.js';
import { supportOf } from '../core/space/support.js';
import type { Enumeration } from './enumeration.js';
import type { Centres } from './points/centred-points.js';
import { gridSampler } from './samplers/grid.js';
import { randomSampler } from './samplers/random.js';
import type { EnumeratedSampler, Sampler, SamplerOptions } from './samplers/sampler.js';
import { trialKeys, type Identity, type KeyOf } from './trial-key.js';

/** The trials of a sweep before any of them runs: their number, their parameters, and the sampler that chooses them. */
export interface Plan {
  /** See `Enumeration.size`. */
  readonly size: number;
  /** Number of combinations of the axes' values, times seeds, times folds; `Infinity` if it cannot be counted. */
  readonly points: number;
  /** How many of `points` the exclude rules remove; 0 if it cannot be counted. */
  readonly excluded: number;
  /** In the order of the file. */
  readonly axes: readonly PlannedAxis[];
  /** The key of a trial on this dataset and with this trainer. The sweep need not declare the trial. */
  readonly keyOf: KeyOf;
  /** The trials in their order. */
  readonly enumeration: Enumeration;
  readonly sampler: Sampler;
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
  const sampler = SAMPLERS[space.method]({ space, supports, identity, centres });
  const { enumeration } = sampler;
  const isCounted = Number.isFinite(enumeration.declared);
  return {
    size: enumeration.size,
    points: isCounted ? combinations : Infinity,
    excluded: isCounted ? combinations - enumeration.declared : 0,
    axes,
    keyOf: trialKeys(identity),
    enumeration,
    sampler,
  };
}

const SAMPLERS: Readonly<Record<SearchMethod, (options: SamplerOptions) => EnumeratedSampler>> = {
  grid: gridSampler,
  random: randomSampler,
};

/** The axes that make a plan as large as it is, largest first. */
export function largestAxes(plan: Plan): PlannedAxis[] {
  return plan.axes.filter(({ size }) => size > 1).sort((a, b) => b.size - a.size);
}
