import type { Objective } from '../../core/objective.js';
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
}

type Place = Pick<TriedPoint, 'point' | 'values'>;

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

  function placeOf({ params, seed }: Observation): Place | undefined {
    const { fold, ...others } = params;
    const hasFold = typeof fold === 'number' && Number.isInteger(fold) && fold >= 0 && fold < (space.folds ?? 0);
    if (!seeds.has(seed) || (space.folds !== undefined && !hasFold)) return undefined;
    const values = pointOf(space.folds === undefined ? params : others, space, identity.defaults);
    const factors = values && factored(values);
    const point = factors && domain.pointOf(factors);
    return point && { point, values };
  }

  return (history) => {
    const groups = new Map<string, { readonly place: Place; readonly rows: Observation[] }>();
    const trials: Observation[] = [];
    for (const row of history) {
      const place = placeOf(row);
      if (place === undefined) continue;
      trials.push(row);
      const key = keyOfPoint(place.point);
      const group = groups.get(key) ?? { place, rows: [] };
      groups.set(key, group);
      group.rows.push(row);
    }
    const valueOf = finalValues(trials, goal);
    return {
      trials,
      tried: [...groups.values()].map(({ place, rows }) => ({ ...place, ...outcomeOf(rows, valueOf) })),
    };
  };
}

function outcomeOf(
  rows: readonly Observation[],
  valueOf: (row: Observation) => number | undefined,
): Omit<TriedPoint, keyof Place> {
  const measured = rows.filter((row) => valueOf(row) !== undefined);
  const trial = rows[0]?.id;
  if (measured.length > 0) {
    const seconds = mean(measured.map(({ epochs }) => epochs.reduce((sum, epoch) => sum + epoch.seconds, 0)));
    return { status: 'measured', value: mean(measured.map((row) => valueOf(row)!)), seconds, trial };
  }
  const hasFailed = rows.some(({ status }) => ENDED.has(status));
  return { status: hasFailed ? 'failed' : 'open', value: undefined, seconds: undefined, trial };
}

/** Without a value these count as failed. */
const ENDED: ReadonlySet<string> = new Set(['completed', 'stopped', 'failed']);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
