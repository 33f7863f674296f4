/**
 * How often PyTorch's ReduceLROnPlateau would have reduced the learning rate after these epochs: each time when more than
 * `patience` epochs in a row did not improve on the best loss so far by a relative 1e-4.
 *
 * @param losses - validation losses of the epochs, in order; NaN counts as no improvement
 */
export function plateauReductions(losses: readonly number[], patience: number): number {
  let [best, waited, reductions] = [Infinity, 0, 0];
  for (const loss of losses) {
    if (loss < best * (1 - THRESHOLD)) {
      best = loss;
      waited = 0;
    } else if (++waited > patience) {
      reductions++;
      waited = 0;
    }
  }
  return reductions;
}

const THRESHOLD = 1e-4;
