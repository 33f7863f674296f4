import type { Params } from '../../../core/parameters.js';
import { cellNumber, cellText, readRows, type Reader } from '../query-result.js';
import type { TopTrials } from './top-trials.js';
import { quoteName, quoteText } from '../../schema/sql-text.js';

/** A point of a sweep with all its trials, which differ in seed or fold. */
export interface TopPoint {
  /** By the mean; `undefined` where no trial has finished. */
  readonly rank: number | undefined;
  readonly trials: number;
  readonly finished: number;
  readonly mean: number | undefined;
  /** Standard deviation of a sample; `undefined` for fewer than two trials. */
  readonly spread: number | undefined;
  readonly bestTrial: number | undefined;
  /** Values of the parameters asked for. */
  readonly params: Params;
}

/** Whether points of a sweep were tried more than once, with several seeds or folds. */
export const isRepeated = ({ varying, seedVaries }: Pick<TopTrials, 'varying' | 'seedVaries'>): boolean =>
  seedVaries || varying.includes('fold');

/** Of the parameters that vary between trials those that vary between points. */
export const pointNames = (varying: readonly string[]): string[] => varying.filter((name) => name !== 'fold');

/** The first `count` rows of the view `summary` for a sweep; `names` are those of the view's columns. */
export async function topPoints(
  reader: Reader,
  sweep: string,
  names: readonly string[],
  count: number,
): Promise<TopPoint[]> {
  const members = names.map((name) => `${quoteText(name)}, ${quoteName(name)}`).join(', ');
  const rows = await readRows(
    reader,
    `select rank, trials, finished, mean, spread, best_trial, json_object(${members})::varchar
     from summary where sweep = $1 order by rank nulls last, best_trial limit $2::integer`,
    [sweep, count],
  );
  return rows.map(([rank, trials, finished, mean, spread, bestTrial, params]) => ({
    rank: cellNumber(rank),
    trials: Number(trials),
    finished: Number(finished),
    mean: cellNumber(mean),
    spread: cellNumber(spread),
    bestTrial: cellNumber(bestTrial),
    params: JSON.parse(cellText(params)) as Params,
  }));
}
