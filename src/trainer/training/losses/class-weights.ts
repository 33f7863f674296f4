/**
 * Class weights inversely proportional to class frequency: images / (classes * images of the class). All classes then have the
 * same total weight. A class without images counts as if it had one.
 *
 * @param counts - images per class
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * Math.max(count, 1)));
}

/**
 * Class weights inversely proportional to the effective number of images, (1 - beta^n) / (1 - beta) (arXiv 1901.05555), scaled to
 * a mean of 1. With beta 0 all weights are 1; for beta near 1 they are proportional to `balancedWeights`.
 *
 * @param counts - images per class
 * @param beta - in [0, 1)
 */
export function effectiveNumberWeights(counts: readonly number[], beta: number): number[] {
  const weights = counts.map((count) => (1 - beta) / (1 - beta ** Math.max(count, 1)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / counts.length;
  return weights.map((weight) => weight / mean);
}
