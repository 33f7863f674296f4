import type { RangePoint } from '../../../core/trainer/range-test.js';

/** Number of steps of a range test that does not diverge early. */
export const RANGE_STEPS = 100;

const LOWEST = 1e-7;
const HIGHEST = 10;
/** Decay rate of the moving average of the loss. */
const SMOOTHING = 0.98;
/** The test ends when the average exceeds its minimum by this factor. */
const DIVERGED = 4;

/**
 * Learning rates of a range test (arXiv 1506.01186), with fastai's defaults: `RANGE_STEPS` rates from 1e-7, growing by a
 * constant factor; the next would be 10.
 */
export const rangeRates = (): number[] =>
  Array.from({ length: RANGE_STEPS }, (_, step) => LOWEST * (HIGHEST / LOWEST) ** (step / RANGE_STEPS));

/** Smooths the losses of a range test and detects divergence, by fastai's rules. */
export class RangeTest {
  #step = 0;
  #sum = 0;
  #best = Infinity;

  /** Adds the loss of the next step. The moving average is bias-corrected, as in Adam (arXiv 1412.6980). */
  add(learningRate: number, loss: number): RangePoint {
    this.#step++;
    this.#sum = SMOOTHING * this.#sum + (1 - SMOOTHING) * loss;
    const smoothedLoss = this.#sum / (1 - SMOOTHING ** this.#step);
    if (smoothedLoss < this.#best) this.#best = smoothedLoss;
    return { step: this.#step, learningRate, loss, smoothedLoss };
  }

  /** Whether the smoothed loss at this point is more than four times its minimum, or not finite. */
  hasDiverged({ smoothedLoss }: RangePoint): boolean {
    return !Number.isFinite(smoothedLoss) || smoothedLoss > DIVERGED * this.#best;
  }
}
