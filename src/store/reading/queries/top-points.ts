import type { TopPoint } from '../../../core/results/leaderboard.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import type { Params } from '../../../core/parameters.js';
import { cellNumber, cellText } from '../../../core/results/query-result.js';
import { quoteName, quoteText } from '../../schema/sql-text.js';

/** The first `count` rows of the view `summary` for a sweep. `names`: the view's columns for the parameters to return. */
export async function topPoints(
  reader: Reader,
  sweep: string,
  names: readonly string[],
  count: number,
): Promise<TopPoint[]> {
  const members = names.map((name) => `${quoteText(name)}, ${quoteName(name)}`).join(', ');
  const rows = await readRows(
    reader,
    `select rank, trials, finished, confirmed, mean, spread, low, high, best_trial, json_object(${members})::varchar
     from summary where sweep = $1 order by rank nulls last, best_trial limit $2::integer`,
    [sweep, count],
  );
  return rows.map(([rank, trials, finished, confirmed, mean, spread, low, high, bestTrial, params]) => ({
    rank: cellNumber(rank),
    trials: Number(trials),
    finished: Number(finished),
    confirmed: Number(confirmed),
    mean: cellNumber(mean),
    spread: cellNumber(spread),
    low: cellNumber(low),
    high: cellNumber(high),
    bestTrial: cellNumber(bestTrial),
    params: JSON.parse(cellText(params)) as Params,
  }));
}
