import { formatMetric, formatShare } from '../../../core/format.js';
import type { LearningCurveRule } from '../../../core/trial/early-termination.js';
import { studentQuantile } from '../../../core/numerics/student-t.js';
import { bestAt, isWhole } from '../curve.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';
import { isWarm } from '../warm-up.js';

/**
 * Stops a trial that will not become the best one, with some confidence. A linear regression over the trials that were trained
 * to their end predicts the final value from the best value in this epoch, as in Baker et al. 2017, arXiv 1705.10823.
 */
export function learningCurveRule(rule: LearningCurveRule): StoppingRule {
  const { confidence, minTrials } = rule;
  return {
    judge(curve, curves) {
      const epoch = curve.lastEpoch;
      const own = bestAt(curve, epoch);
      if (own === undefined || !isWarm(curve, rule)) return CONTINUE;
      const points: [number, number][] = [];
      for (const other of curves.all()) {
        const early = bestAt(other, epoch);
        if (other.stratum === curve.stratum && isWhole(other) && early !== undefined)
          points.push([early, other.best.at(-1)!]);
      }
      if (points.length < Math.max(minTrials, 3)) return CONTINUE;
      const best = Math.min(...points.map(([, final]) => final));
      const { mean, deviation } = predict(points, own);
      const reachable = mean - studentQuantile(confidence, points.length - 2) * deviation;
      if (Math.min(own, reachable) <= best) return CONTINUE;
      const written = `${formatMetric(Math.abs(own))} in epoch ${epoch} leads to ${formatMetric(Math.abs(reachable))} at best`;
      return stop(
        `learning-curve: ${written} (${formatShare(confidence)} sure), the best trial has ${formatMetric(Math.abs(best))}`,
      );
    },
  };
}

/** Prediction of y at x by linear regression, with the standard deviation of a new observation there. */
function predict(
  points: readonly (readonly [number, number])[],
  x: number,
): { readonly mean: number; readonly deviation: number } {
  const count = points.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanX, meanY] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - meanX) ** 2, 0);
  const slope =
    spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - meanX) * (value - meanY), 0) / spread;
  const residuals = points.reduce((sum, [at, value]) => sum + (value - meanY - slope * (at - meanX)) ** 2, 0);
  const leverage = 1 + 1 / count + (spread === 0 ? 0 : (x - meanX) ** 2 / spread);
  return { mean: meanY + slope * (x - meanX), deviation: Math.sqrt((residuals / (count - 2)) * leverage) };
}
