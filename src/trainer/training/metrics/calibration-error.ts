const BINS = 15;

/**
 * Expected calibration error (Guo et al., arXiv 1706.04599): how far confidence, the probability of the predicted class, lies
 * from accuracy, averaged over 15 bins of equal width by the samples in them. 0 where of all predictions made with 80%
 * confidence 80% are right.
 */
export class CalibrationError {
  readonly #counts = new Float64Array(BINS);
  readonly #confidences = new Float64Array(BINS);
  readonly #hits = new Float64Array(BINS);

  /** `confidence` from 0 to 1; one on the border of two bins is in the lower. */
  add(confidence: number, isHit: boolean): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    this.#counts[bin]!++;
    this.#confidences[bin]! += confidence;
    this.#hits[bin]! += Number(isHit);
  }

  /** From 0 to 1; NaN of no samples. */
  value(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const gaps = this.#confidences.map((confidence, bin) => Math.abs(confidence - this.#hits[bin]!));
    return gaps.reduce((sum, gap) => sum + gap, 0) / total;
  }
}
