import { DIVERGED_STEPS, type RangePoint, type Suggestions } from '../../../core/trainer/range-test.js';
import { RANGE_STEPS } from './range-test.js';

/** The first tenth of the steps is ignored: the rates are too low to show an effect. */
const SKIPPED_AT_START = RANGE_STEPS / 10;

/**
 * Learning rates suggested by fastai's rules (`fastai/callback/schedule.py`: `valley`, `steep` and `minimum`). Uses the smoothed
 * losses without the first tenth of the test and the last five steps, up to the first loss that is not finite. `undefined` if no
 * loss is lower than an earlier one.
 */
export function suggestRates(points: readonly RangePoint[]): Suggestions | undefined {
  const kept = points.slice(SKIPPED_AT_START, -DIVERGED_STEPS);
  const end = kept.findIndex(({ smoothedLoss }) => !Number.isFinite(smoothedLoss));
  const used = end < 0 ? kept : kept.slice(0, end);
  const losses = used.map(({ smoothedLoss }) => smoothedLoss);
  const valley = valleyOf(losses);
  if (valley === undefined) return undefined;
  const rateAt = (index: number): number => used[index]!.learningRate;
  return {
    valley: rateAt(valley),
    steepest: rateAt(steepestOf(used)),
    minimum: rateAt(lowestOf(losses)) / 10,
  };
}

/**
 * The index in the middle of the longest valley: the longest strictly decreasing subsequence of the losses. As in fastai, the
 * valley starts as many steps before its end as the subsequence is long. `undefined` if no loss is lower than an earlier one.
 */
function valleyOf(losses: readonly number[]): number | undefined {
  const lengths = losses.map(() => 1);
  let end = 0;
  for (let index = 1; index < losses.length; index++) {
    for (let before = 0; before < index; before++) {
      if (losses[index]! < losses[before]!) lengths[index] = Math.max(lengths[index]!, lengths[before]! + 1);
    }
    if (lengths[index]! > lengths[end]!) end = index;
  }
  if (losses.length === 0 || lengths[end] === 1) return undefined;
  const start = end - lengths[end]!;
  const third = (end - start) / 3;
  return Math.max(0, start + Math.floor(third) + Math.floor(third / 2));
}

/** The index at which the loss falls fastest per logarithm of the rate. */
function steepestOf(points: readonly RangePoint[]): number {
  const slopes = points.slice(1).map((point, index) => {
    const before = points[index]!;
    return (point.smoothedLoss - before.smoothedLoss) / Math.log(point.learningRate / before.learningRate);
  });
  return lowestOf(slopes);
}

/** The index of the lowest value; of equal values, the first. */
const lowestOf = (values: readonly number[]): number =>
  values.reduce((lowest, value, index) => (value < values[lowest]! ? index : lowest), 0);
