import { formatMetric } from '../../../core/format.js';
import type { HyperbandRule } from '../../../core/trial/early-termination.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';

/**
 * W&B's Hyperband (hyperband_stopping.py of PyPI's `sweeps`), after Li et al. 2018, arXiv 1603.06560. A trial is judged in the
 * last band that it has reached, after every epoch: it must not be worse than the value of rank floor(n / eta) (from 0) of all n
 * trials that have reached the band. Iterations are counted by finite values.
 */
export function hyperbandRule(definition: HyperbandRule): StoppingRule {
  const { eta, strict } = definition;
  const bands = hyperbandBands(definition);
  const passing = 1 / eta;
  return {
    judge({ values, best, stratum }, curves) {
      const band = bands.findLast((one) => one <= values.length);
      if (band === undefined) return CONTINUE;
      const inBand = curves.column(`value ${band}`, stratum, (curve) => curve.values[band - 1]);
      const threshold = inBand[Math.floor(passing * inBand.length)]!;
      const value = strict ? values[band - 1]! : best.at(-1)!;
      if (value <= threshold) return CONTINUE;
      const what = strict ? `epoch ${band} gave` : `the best by epoch ${values.length} is`;
      return stop(
        `hyperband: ${what} ${formatMetric(Math.abs(value))}, the limit of band ${band} is ${formatMetric(Math.abs(threshold))}`,
      );
    },
  };
}

/**
 * Epochs at which trials are compared, ascending. The running value is not truncated, bands are. Empty if `maxIter` is less
 * than `eta`.
 */
export function hyperbandBands({ bands, eta }: Pick<HyperbandRule, 'bands' | 'eta'>): number[] {
  if ('minIter' in bands) {
    const upward: number[] = [];
    for (let band = bands.minIter; upward.length < MAX_BANDS; band *= eta) upward.push(Math.trunc(band));
    return upward;
  }
  const downward: number[] = [];
  for (let band = bands.maxIter / eta; band >= 1 && downward.length < bands.s; band /= eta) {
    downward.push(Math.trunc(band));
  }
  return downward.reverse();
}

/** As many as W&B computes. */
const MAX_BANDS = 100;
