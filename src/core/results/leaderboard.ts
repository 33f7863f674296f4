import { probabilityAbove, type Sample } from '../numerics/student-t.js';
import type { Params } from '../parameters.js';
import type { SweepStatus } from './sweep-status.js';

/** A sweep with its best trials. */
export interface Leaderboard extends TopTrials {
  readonly status: SweepStatus;
  /** The best points, if the sweep trains its points more than once; see `isRepeated`. */
  readonly points: readonly TopPoint[] | undefined;
}

/** The first rows of a leaderboard. */
export interface TopTrials {
  readonly trials: readonly TopTrial[];
  /** Parameters that differ between the sweep's trials, by the names of the view's columns. */
  readonly varying: readonly string[];
  readonly seedVaries: boolean;
}

export interface TopTrial {
  /** `undefined` while the trial has not ended: it has an objective so far, but no rank. */
  readonly rank: number | undefined;
  readonly trial: number;
  readonly state: string;
  readonly objective: number | undefined;
  readonly bestEpoch: number | undefined;
  readonly seconds: number | undefined;
  readonly seed: number;
  /** By the names of the view's columns; null for a parameter that the trial does not have. */
  readonly params: Params;
  /** What the user has written about it. */
  readonly note: string | undefined;
  readonly tags: readonly string[];
}

/** A point of a sweep (one combination of parameters) with the trials at it, which differ in seed or fold. */
export interface TopPoint {
  /** By the mean; `undefined` if no trial has finished. */
  readonly rank: number | undefined;
  readonly trials: number;
  readonly finished: number;
  /** How many of them confirm the point with new seeds. If there are any, mean, spread and interval are theirs alone. */
  readonly confirmed: number;
  readonly mean: number | undefined;
  /** Sample standard deviation; `undefined` for fewer than two trials. */
  readonly spread: number | undefined;
  /** The 95 % confidence interval of the mean; `undefined` for fewer than two trials. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly bestTrial: number | undefined;
  /** The requested parameters. */
  readonly params: Params;
}

/** Whether a sweep trains its points more than once, with several seeds or folds. */
export const isRepeated = ({ varying, seedVaries }: Pick<TopTrials, 'varying' | 'seedVaries'>): boolean =>
  seedVaries || varying.includes('fold');

/**
 * Probability that the mean of the first point is truly better than that of the second; `undefined` where one of them has fewer
 * than two trials. Below `CLEAR` the two are a tie.
 */
export function probabilityBetter(
  first: TopPoint,
  second: TopPoint,
  { goal }: Pick<SweepStatus, 'goal'>,
): number | undefined {
  const [a, b] = [sampleOf(first), sampleOf(second)];
  if (a === undefined || b === undefined) return undefined;
  return goal === 'maximize' ? probabilityAbove(a, b) : probabilityAbove(b, a);
}

/** From this probability on a point counts as better than another. */
export const CLEAR = 0.95;

function sampleOf({ mean, spread, finished, confirmed }: TopPoint): Sample | undefined {
  if (mean === undefined || spread === undefined) return undefined;
  return { mean, deviation: spread, size: confirmed > 0 ? confirmed : finished };
}

/** The varying parameters that distinguish points, not trials at one point. */
export const pointNames = (varying: readonly string[]): string[] => varying.filter((name) => name !== 'fold');
