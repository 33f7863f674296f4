import type { Params, ParamValue } from '../core/parameters.js';
import type { SearchSpace } from '../core/space/search-space.js';
import type { TrialSpec } from '../core/trial/trial.js';
import { enumerationOrder, type SeedOrder } from './enumeration-order.js';
import type { Points } from './points/points.js';
import { pointOf, trialMaker } from './trial-maker.js';
import type { Identity } from './trial-key.js';

/** Trials in an order that depends on no result. Each is computed from its position on request, never stored in a list. */
export interface Enumeration {
  /** Number of trials: `declared`, capped by `run_cap`. `Infinity` for a random search that never runs out. */
  readonly size: number;
  /** Number of trials that `exclude` leaves, seeds and folds included. */
  readonly declared: number;
  /** The trial at a position, from 0 to size - 1; throws a `RangeError` for another position. */
  at(position: number): TrialSpec;
  /**
   * The position of the trial with these parameters (left out where they equal the trainer's default) and seed; `undefined`
   * if the definition does not declare it. `hint` is a position to check first, such as the one recorded with the trial: in an
   * endless random search there is no other way to find a point.
   */
  positionOf(params: Params, seed: number, hint?: number): number | undefined;
  /** All trials from a position on. Default 0. */
  trials(from?: number): Generator<TrialSpec, void, undefined>;
}

export interface EnumerationOptions {
  readonly space: SearchSpace;
  readonly identity: Identity;
  readonly seedOrder: SeedOrder;
  /** Why the point with an index, from 0, is tried. Default: no reason is given. */
  readonly originOf?: (point: number) => string;
}

/** Turns points into trials: each point with every seed and every fold, in the given order. */
export function enumerateTrials(
  points: Points,
  { space, identity, seedOrder, originOf }: EnumerationOptions,
): Enumeration {
  const { seeds, folds, runCap = Infinity } = space;
  const repeats = seeds.length * (folds ?? 1);
  const declared = points.size * repeats;
  const size = Math.min(declared, runCap);
  const order = enumerationOrder(seedOrder, { points: points.size, seeds: seeds.length, folds: folds ?? 1 });
  const trialOf = trialMaker(space, identity);

  function at(position: number): TrialSpec {
    if (!(position >= 0 && position < size)) throw new RangeError(`no trial ${position} among ${size}`);
    const [point, seedIndex, fold] = order.split(position);
    return trialOf(points.at(point), { position, seed: seeds[seedIndex]!, fold, origin: originOf?.(point) });
  }

  return {
    size,
    declared,
    at,
    positionOf: (params, seed, hint) => {
      const seedIndex = seeds.indexOf(seed);
      const { fold = 0, ...others } = params;
      const point = pointOf(folds === undefined ? params : others, space, identity.defaults);
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

const isFold = (value: ParamValue, folds: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < folds;
