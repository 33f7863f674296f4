import { isRepeated, pointNames, type TopPoint } from '../../core/results/leaderboard.js';
import type { Reader } from '../../core/results/reader.js';
import { sweepStatus } from '../../store/reading/queries/sweep-status.js';
import { topPoints } from '../../store/reading/queries/top-points.js';
import { topTrials } from '../../store/reading/queries/top-trials.js';

/** The head of a sweep's leaderboard for programs: one JSON object, named as the columns of the views are. */
export async function leaderboardJson(reader: Reader, sweep: string, count: number): Promise<string> {
  const { name, metric, goal, target, declared, counts } = await sweepStatus(reader, sweep);
  const { trials, varying, seedVaries } = await topTrials(reader, sweep, count);
  const points = isRepeated({ varying, seedVaries })
    ? await topPoints(reader, sweep, pointNames(varying), count)
    : undefined;
  const rows = trials.map(({ rank, trial, state, objective, bestEpoch, seconds, seed, params }) => ({
    rank: rank ?? null,
    trial,
    state,
    objective: objective ?? null,
    best_epoch: bestEpoch ?? null,
    seconds: seconds ?? null,
    seed,
    params,
  }));
  const board = {
    sweep: name,
    metric,
    goal,
    target: target ?? null,
    declared: declared ?? null,
    ...counts,
    ...(points && { points: points.map(pointRow) }),
    trials: rows,
  };
  return `${JSON.stringify(board, null, 2)}\n`;
}

const pointRow = ({ rank, trials, finished, mean, spread, bestTrial, params }: TopPoint): object => ({
  rank: rank ?? null,
  trials,
  finished,
  mean: mean ?? null,
  spread: spread ?? null,
  best_trial: bestTrial ?? null,
  params,
});
