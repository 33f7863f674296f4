import type { Leaderboard, TopPoint } from '../../../core/results/leaderboard.js';

/** The best trials of a sweep for programs: one JSON object, its keys named like the columns of the views. */
export function leaderboardJson({ status, trials, points }: Leaderboard): string {
  const { name, metric, goal, target, declared, counts } = status;
  const rows = trials.map(({ rank, trial, state, objective, bestEpoch, seconds, seed, params, note, tags }) => ({
    rank: rank ?? null,
    trial,
    state,
    objective: objective ?? null,
    best_epoch: bestEpoch ?? null,
    seconds: seconds ?? null,
    seed,
    params,
    note: note ?? null,
    tags,
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

const pointRow = ({
  rank,
  trials,
  finished,
  confirmed,
  mean,
  spread,
  low,
  high,
  bestTrial,
  params,
}: TopPoint): object => ({
  rank: rank ?? null,
  trials,
  finished,
  confirmed,
  mean: mean ?? null,
  spread: spread ?? null,
  low: low ?? null,
  high: high ?? null,
  best_trial: bestTrial ?? null,
  params,
});
