/**
 * By the inverse of how often a class occurs: images / (classes * images of the class), so that every class counts alike.
 * A class without images counts as if it had one.
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * Math.max(count, 1)));
}

/**
 * By the inverse of the effective number of images, (1 - beta^n) / (1 - beta) (arXiv 1901.05555); the weights' mean is 1. beta 0
 * weighs no class, and the closer it is to 1, the nearer they are to `balancedWeights`.
 *
 * @param beta - in [0, 1)
 */
export function effectiveNumberWeights(counts: readonly number[], beta: number): number[] {
  const weights = counts.map((count) => (1 - beta) / (1 - beta ** Math.max(count, 1)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / counts.length;
  return weights.map((weight) => weight / mean);
}
