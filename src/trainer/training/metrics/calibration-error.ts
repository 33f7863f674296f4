import type { CalibrationBin } from '../../../core/reports/evaluation.js';

const BINS = 15;

/**
 * Expected calibration error (Guo et al., arXiv 1706.04599): the mean gap between confidence (probability of the predicted class)
 * and accuracy in 15 bins of equal width, weighted by samples. 0 means that 80% of the predictions with 80% confidence are
 * right, and so on.
 */
export class CalibrationError {
  readonly #counts = new Float64Array(BINS);
  readonly #confidences = new Float64Array(BINS);
  readonly #hits = new Float64Array(BINS);

  /** `confidence` is from 0 to 1. A value on the border of two bins counts in the lower one. */
  add(confidence: number, isHit: boolean): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    this.#counts[bin]!++;
    this.#confidences[bin]! += confidence;
    this.#hits[bin]! += Number(isHit);
  }

  /** The bins with samples, from the least confident to the most. */
  bins(): CalibrationBin[] {
    return [...this.#counts.keys()].flatMap((bin) => {
      const images = this.#counts[bin]!;
      if (images === 0) return [];
      return [{ confidence: this.#confidences[bin]! / images, accuracy: this.#hits[bin]! / images, images }];
    });
  }

  /** From 0 to 1; NaN without samples. */
  value(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const gaps = this.#confidences.map((confidence, bin) => Math.abs(confidence - this.#hits[bin]!));
    return gaps.reduce((sum, gap) => sum + gap, 0) / total;
  }
}
