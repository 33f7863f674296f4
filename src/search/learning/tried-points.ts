import type { Objective } from '../../core/objective.js';
import type { Params } from '../../core/parameters.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import type { Observation } from '../../core/trial/observation.js';
import type { Centring } from '../points/centred-points.js';
import type { Point } from '../points/points.js';
import { pointOf } from '../trial-maker.js';
import type { Identity } from '../trial-key.js';
import { keyOfPoint, type Domain, type ModelPoint } from './domain.js';
import { finalValues } from './final-values.js';

/** A point with the outcome of its trials: one for each seed and fold. */
export interface TriedPoint {
  readonly point: ModelPoint;
  /** See `keyOfPoint`. */
  readonly key: string;
  /** Its values as the trials have them. */
  readonly values: Point;
  /**
   * - `measured`: at least one trial has a value
   * - `failed`: none has a value, and at least one has failed or ended without a finite objective
   * - `open`: otherwise
   */
  readonly status: 'open' | 'measured' | 'failed';
  /** Mean objective of the trials so far, to be minimised; `undefined` unless `measured`. */
  readonly value: number | undefined;
  /** Mean time of a finished trial; `undefined` unless `measured`. */
  readonly seconds: number | undefined;
  /** Number of its first trial. */
  readonly trial: number | undefined;
  /** How many trials it has: one for each seed and fold once it is complete. */
  readonly trials: number;
}

type Place = Pick<TriedPoint, 'point' | 'values' | 'key'>;

interface Group {
  readonly place: Place;
  readonly rows: Observation[];
}

export interface History {
  /** In the order in which the first trials of the points were committed. */
  readonly tried: readonly TriedPoint[];
  /** The rows of trials that the space declares. */
  readonly trials: readonly Observation[];
}

export interface HistoryOptions extends Pick<Centring, 'factored'> {
  readonly identity: Identity;
  readonly goal: Objective['goal'];
  readonly domain: Domain;
}

/** Reads rows as the points of a space. Rows of other trials are left out. */
export function historyReader(
  space: SearchSpace,
  { identity, goal, domain, factored }: HistoryOptions,
): (history: readonly Observation[]) => History {
  const seeds = new Set(space.seeds);
  // A history is read again for every proposal, with the same parameters.
  const places = new WeakMap<Params, Place | undefined>();

  function placeOf({ params, seed }: Observation): Place | undefined {
    if (!seeds.has(seed)) return undefined;
    if (!places.has(params)) places.set(params, placeOfParams(params));
    return places.get(params);
  }

  function placeOfParams(params: Params): Place | undefined {
    const { fold, ...others } = params;
    const hasFold = typeof fold === 'number' && Number.isInteger(fold) && fold >= 0 && fold < (space.folds ?? 0);
    if (space.folds !== undefined && !hasFold) return undefined;
    const values = pointOf(space.folds === undefined ? params : others, space, identity.defaults);
    const factors = values && factored(values);
    const point = factors && domain.pointOf(factors);
    return point && { point, values, key: keyOfPoint(point) };
  }

  return (history) => {
    const groups = new Map<string, Group>();
    const trials: Observation[] = [];
    for (const row of history) {
      const place = placeOf(row);
      if (place === undefined) continue;
      trials.push(row);
      const group = groups.get(place.key) ?? { place, rows: [] };
      groups.set(place.key, group);
      group.rows.push(row);
    }
    const valueOf = finalValues(trials, goal);
    return { trials, tried: Array.from(groups.values(), (group) => triedPoint(group, valueOf)) };
  };
}

function triedPoint(
  { place: { point, key, values }, rows }: Group,
  valueOf: (row: Observation) => number | undefined,
): TriedPoint {
  const trial = rows[0]?.id;
  const trials = rows.length;
  let measured = 0;
  let sum = 0;
  let seconds = 0;
  let status: TriedPoint['status'] = 'open';
  for (const row of rows) {
    const value = valueOf(row);
    if (value === undefined) {
      if (ENDED.has(row.status)) status = 'failed';
      continue;
    }
    measured++;
    sum += value;
    for (const epoch of row.epochs) seconds += epoch.seconds;
  }
  if (measured === 0) return { point, key, values, status, value: undefined, seconds: undefined, trial, trials };
  return { point, key, values, status: 'measured', value: sum / measured, seconds: seconds / measured, trial, trials };
}

/** Without a value these count as failed. */
const ENDED: ReadonlySet<string> = new Set(['completed', 'stopped', 'failed']);
