import type { Objective } from '../../core/objective.js';
import type { Observation } from '../../core/trial/observation.js';

/**
 * The objective of a trial, to be minimised: the best of its epochs. A trial that was stopped or paused after some epochs counts at
 * the epoch it reached: its best so far, plus what completed trials usually still gained after that epoch (the median). So it is
 * compared with others at the same epoch, and not held against them as a bad whole trial. `undefined` for failed trials, running
 * ones, and those without a finite value.
 */
export function finalValues(
  rows: readonly Observation[],
  goal: Objective['goal'],
): (row: Observation) => number | undefined {
  const sign = goal === 'maximize' ? -1 : 1;
  const completed = rows.filter(({ status }) => status === 'completed');
  let curves: Curve[] | undefined;
  const gains = new Map<number, number>();

  function usualGain(epoch: number): number {
    const before = gains.get(epoch);
    if (before !== undefined) return before;
    curves ??= completed.map((row) => bestSoFar(row, sign));
    const each = curves.flatMap((curve) => {
      const then = curve.findLast(([at]) => at <= epoch);
      return then === undefined || curve.at(-1)![0] <= epoch ? [] : [curve.at(-1)![1] - then[1]];
    });
    const gain = each.length === 0 ? 0 : median(each);
    gains.set(epoch, gain);
    return gain;
  }

  return (row) => {
    if (row.status === 'completed') return bestOf(row, sign);
    if (row.status !== 'stopped' && row.status !== 'paused') return undefined;
    const last = bestSoFar(row, sign).at(-1);
    return last && last[1] + usualGain(last[0]);
  };
}

type Curve = readonly (readonly [epoch: number, best: number])[];

function bestOf({ epochs }: Observation, sign: number): number | undefined {
  let best = Infinity;
  for (const { objective = NaN } of epochs) if (sign * objective < best) best = sign * objective;
  return Number.isFinite(best) ? best : undefined;
}

/** Best value up to each epoch that has one. */
function bestSoFar({ epochs }: Observation, sign: number): Curve {
  let best = Infinity;
  return epochs.flatMap(({ epoch, objective }) => {
    if (objective === undefined || !Number.isFinite(objective)) return [];
    best = Math.min(best, sign * objective);
    return [[epoch, best] as const];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
