import { InputError } from '../core/errors.js';
import { canonicalJson, type Params, type ParamValue } from '../core/parameters.js';
import type { TrialSpec } from '../core/trial.js';
import { centredPoints, type Centres } from './centred-points.js';
import type { SearchSpace } from '../core/space/search-space.js';
import type { Axis } from '../core/space/distribution.js';
import { countablePoints, indexRules, type Points } from './points.js';
import { randomPoints } from './random-points.js';
import { supportOf, type Support } from '../core/space/support.js';
import { trialKeys, type Identity, type KeyOf } from './trial-key.js';

/** The trials that a definition declares, in their order. Nothing is listed: each is computed when it is asked for. */
export interface Plan {
  /** Trials to run: what `exclude` leaves, capped by `run_cap`. `Infinity` for a random search that never runs out. */
  readonly size: number;
  /** Combinations of the axes' values, times the seeds and the folds; `Infinity` where they cannot be counted. */
  readonly points: number;
  /** How many of `points` the exclude rules take out; 0 where they cannot be counted. */
  readonly excluded: number;
  /** In the order of the file. */
  readonly axes: readonly PlannedAxis[];
  /** The trial at a position, from 0 to size - 1. */
  at(position: number): TrialSpec;
  /**
   * The position of the trial with these parameters (left out where they equal the trainer's default) and seed; `undefined`
   * where the definition does not declare it. `hint` is a position to look at first, such as the one recorded with the
   * trial: an endless random search knows no other way to find a point.
   */
  positionOf(params: Params, seed: number, hint?: number): number | undefined;
  /** The key that a trial would have on this dataset and with this trainer, whether it is declared or not. */
  readonly keyOf: KeyOf;
  /** All trials from a position on. Default 0. */
  trials(from?: number): Generator<TrialSpec, void, undefined>;
}

export interface PlannedAxis extends Axis {
  /** How many values it has: `Infinity` where it is continuous. */
  readonly size: number;
}

/**
 * Lays out a definition's trials. A grid goes through its axes like an odometer: the last one in the file turns fastest, the
 * seeds slowest. A random search tries each point with every seed before the next point. Of a point and a seed the folds follow
 * one another. The values of an axis that is found are factors of `centres`, and null where there is none yet. Throws an `InputError` (`TOO_MANY_POINTS`) for a grid of more than 2^53 - 1 points.
 */
export function planTrials(definition: SearchSpace, identity: Identity, centres: Centres = new Map()): Plan {
  const { axes, fixed, method, seeds, folds, runCap = Infinity } = definition;
  const repeats = seeds.length * (folds ?? 1);
  const supports = axes.map(({ distribution }) => supportOf(distribution, method));
  const plannedAxes = axes.map((axis, index) => ({ ...axis, size: supports[index]?.size ?? Infinity }));
  const combinations = plannedAxes.reduce((product, { size }) => product * size, repeats);
  const declaredPoints = pointsOf(definition, supports, combinations, plannedAxes);
  const points = centredPoints(declaredPoints, definition, { defaults: identity.defaults, centres });
  const declared = points.size * repeats;
  const size = Math.min(declared, runCap);
  const order = foldsInnermost(
    folds ?? 1,
    method === 'grid' ? seedsOutermost(points.size) : seedsInnermost(seeds.length),
  );
  const keyOf = trialKeys(identity);
  const names = axes.map(({ name }) => name);
  // Copying an object that has all its keys and setting values is several times faster than adding the keys.
  const template: Record<string, ParamValue> = { ...Object.fromEntries(names.map((name) => [name, null])), ...fixed };

  function at(position: number): TrialSpec {
    if (!(position >= 0 && position < size)) throw new RangeError(`no trial ${position} in a plan of ${size}`);
    const [point, seedIndex, fold] = order.split(position);
    const seed = seeds[seedIndex]!;
    const params = { ...template };
    points.at(point).forEach((value, axis) => (params[names[axis]!] = value));
    if (folds !== undefined) params['fold'] = fold;
    return { key: keyOf(params, seed), position, seed, params };
  }

  return {
    size,
    points: Number.isFinite(declared) ? combinations : Infinity,
    excluded: Number.isFinite(declared) ? combinations - declared : 0,
    axes: plannedAxes,
    at,
    keyOf,
    positionOf: (params, seed, hint) => {
      const seedIndex = seeds.indexOf(seed);
      const { fold = 0, ...others } = params;
      const point = pointOf(folds === undefined ? params : others, definition, identity.defaults);
      if (seedIndex < 0 || point === undefined || (folds !== undefined && !isFold(fold, folds))) return undefined;
      const pointHint = hint === undefined ? undefined : order.split(hint)[0];
      const index = points.indexOf(point, Math.ceil(size / repeats), pointHint);
      const position =
        index === undefined ? Infinity : order.join(index, seedIndex, folds === undefined ? 0 : (fold as number));
      return position < size ? position : undefined;
    },
    *trials(from = 0) {
      for (let position = from; position < size; position++) yield at(position);
    },
  };
}

/** The axes that make a plan as large as it is, largest first. */
export function largestAxes(plan: Plan): PlannedAxis[] {
  return plan.axes.filter(({ size }) => size > 1).sort((a, b) => b.size - a.size);
}

function pointsOf(
  definition: SearchSpace,
  supports: readonly (Support | undefined)[],
  combinations: number,
  axes: readonly PlannedAxis[],
): Points {
  const rules = indexRules(definition, supports);
  if (definition.method === 'random') return randomPoints(axes, supports, rules, definition.seed);
  if (combinations > Number.MAX_SAFE_INTEGER) {
    const factors = axes.filter(({ size }) => size > 1).map(({ name, size }) => `${name} ${size}`);
    throw new InputError(
      'TOO_MANY_POINTS',
      `the grid has about ${combinations.toPrecision(2)} points: ${factors.join(' x ')}`,
      {
        hint: 'Give these axes fewer values, or try some of the points with `method: random` and a `run_cap`.',
      },
    );
  }
  return countablePoints(
    supports.filter((support) => support !== undefined),
    rules,
  );
}

const isFold = (value: ParamValue, folds: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < folds;

/** How a position divides into a point, a seed and a fold. */
interface Order {
  split(position: number): [point: number, seedIndex: number, fold: number];
  join(point: number, seedIndex: number, fold: number): number;
}

const foldsInnermost = (folds: number, order: SeedOrder): Order => ({
  split: (position) => [...order.split(Math.floor(position / folds)), position % folds],
  join: (point, seedIndex, fold) => order.join(point, seedIndex) * folds + fold,
});

interface SeedOrder {
  split(position: number): [point: number, seedIndex: number];
  join(point: number, seedIndex: number): number;
}

const seedsOutermost = (points: number): SeedOrder => ({
  split: (position) => [position % points, Math.floor(position / points)],
  join: (point, seedIndex) => seedIndex * points + point,
});

const seedsInnermost = (seeds: number): SeedOrder => ({
  split: (position) => [Math.floor(position / seeds), position % seeds],
  join: (point, seedIndex) => point * seeds + seedIndex,
});

/** A trial's value on each axis, or `undefined` where its parameters are not those of the definition. */
function pointOf(params: Params, { axes, fixed }: SearchSpace, defaults: Params): ParamValue[] | undefined {
  const valueOf = (name: string): ParamValue | undefined =>
    Object.hasOwn(params, name) ? params[name] : Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  const isEqual = (a: ParamValue | undefined, b: ParamValue | undefined): boolean =>
    a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
  const varied = new Set(axes.map(({ name }) => name));
  const others = Object.keys(params).filter((name) => !varied.has(name) && !Object.hasOwn(fixed, name));
  if (!Object.keys(fixed).every((name) => isEqual(valueOf(name), fixed[name]))) return undefined;
  if (!others.every((name) => Object.hasOwn(defaults, name) && isEqual(params[name], defaults[name]))) return undefined;
  const point = axes.map(({ name }) => valueOf(name));
  return point.every((value) => value !== undefined) ? point : undefined;
}
