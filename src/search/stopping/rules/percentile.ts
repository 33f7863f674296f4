import { formatMetric } from '../../../core/format.js';
import type { PercentileRule } from '../../../core/trial/early-termination.js';
import { bestAt } from '../curve.js';
import { lowerBound } from '../curves.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';
import { isWarm } from '../warm-up.js';

/**
 * Stops a trial whose best value is worse than a percentile of the best values that the other trials had in the same epoch. With
 * percentile 50 it is the median rule of Google Vizier (Golovin et al. 2017) as Optuna has it; the percentile is interpolated as
 * NumPy does.
 */
export function percentileRule(rule: PercentileRule): StoppingRule {
  const { type, percentile, minTrials } = rule;
  return {
    judge(curve, curves) {
      const epoch = curve.lastEpoch;
      const own = bestAt(curve, epoch);
      if (own === undefined || !isWarm(curve, rule)) return CONTINUE;
      const all = curves.column(`best ${epoch}`, curve.stratum, (other) => bestAt(other, epoch));
      const others = all.length - 1;
      if (others < minTrials) return CONTINUE;
      const limit = percentileWithout(all, lowerBound(all, own), percentile);
      if (own <= limit) return CONTINUE;
      const what = type === 'median' ? 'median' : `percentile ${percentile}`;
      return stop(
        `${type}: the best by epoch ${epoch} is ${formatMetric(Math.abs(own))}, the ${what} of ${others} other trials ${formatMetric(Math.abs(limit))}`,
      );
    },
  };
}

/** A percentile of ascending values without the one at `skipped`. */
function percentileWithout(values: readonly number[], skipped: number, percentile: number): number {
  const at = (index: number): number => values[index < skipped ? index : index + 1]!;
  const place = (percentile / 100) * (values.length - 2);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return at(low) + (at(high) - at(low)) * (place - low);
}
