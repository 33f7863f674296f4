import { formatMetric } from '../../../core/format.js';
import type { ThresholdRule } from '../../../core/trial/early-termination.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';

/** Stops a trial whose objective leaves a range, or is not a number. Looks at no other trial. Optuna's `ThresholdPruner`. */
export function thresholdRule({ lower = -Infinity, upper = Infinity, minIter }: ThresholdRule): StoppingRule {
  return {
    judge({ trial, lastEpoch }) {
      if (lastEpoch < minIter) return CONTINUE;
      const value = trial.epochs.at(-1)?.objective;
      if (value === undefined) return stop(`threshold: epoch ${lastEpoch} gave no finite value`);
      if (value >= lower && value <= upper) return CONTINUE;
      const limit = value < lower ? `below ${formatMetric(lower)}` : `above ${formatMetric(upper)}`;
      return stop(`threshold: epoch ${lastEpoch} gave ${formatMetric(value)}, ${limit}`);
    },
  };
}
