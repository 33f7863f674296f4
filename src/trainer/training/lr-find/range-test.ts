import type { RangePoint } from '../../../core/range-test.js';

/** Steps of a range test that does not end early. */
export const RANGE_STEPS = 100;

const LOWEST = 1e-7;
const HIGHEST = 10;
/** Share of the running average that a step keeps. */
const SMOOTHING = 0.98;
/** The test ends when the average is so many times its lowest. */
const DIVERGED = 4;

/** The rates of a range test (arXiv 1506.01186) as fastai has them: from 1e-7 up to 10, which is not reached, each by the same factor. */
export const rangeRates = (): number[] =>
  Array.from({ length: RANGE_STEPS }, (_, step) => LOWEST * (HIGHEST / LOWEST) ** (step / RANGE_STEPS));

/** Follows a range test's losses and tells when it has seen enough, by fastai's rules. */
export class RangeTest {
  #step = 0;
  #sum = 0;
  #best = Infinity;

  /** Takes the next step's loss. The average makes up for that it began at 0 (as Adam's does, arXiv 1412.6980). */
  add(learningRate: number, loss: number): RangePoint {
    this.#step++;
    this.#sum = SMOOTHING * this.#sum + (1 - SMOOTHING) * loss;
    const smoothedLoss = this.#sum / (1 - SMOOTHING ** this.#step);
    if (smoothedLoss < this.#best) this.#best = smoothedLoss;
    return { step: this.#step, learningRate, loss, smoothedLoss };
  }

  /** Whether the losses have gone up for good, or are no numbers any more, with this point. */
  hasDiverged({ smoothedLoss }: RangePoint): boolean {
    return !Number.isFinite(smoothedLoss) || smoothedLoss > DIVERGED * this.#best;
  }
}
