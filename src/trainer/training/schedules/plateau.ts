/**
 * How often the rate has been reduced after these epochs, as PyTorch's ReduceLROnPlateau counts: whenever more than `patience`
 * epochs in a row have not been better than the best so far by a share of 1e-4.
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
