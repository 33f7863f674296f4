import { formatCounted, formatMetric } from '../../../core/format.js';
import type { PatienceRule } from '../../../core/trial/early-termination.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';

/**
 * Stops a trial that has not improved for some epochs (Prechelt 1998, "Early stopping: but when?"). Looks at no other trial. An
 * epoch without a finite value is one without an improvement.
 */
export function patienceRule({ patience, minDelta }: PatienceRule): StoppingRule {
  return {
    judge({ values, epochs, lastEpoch }) {
      let reference = Infinity;
      let improvedIn = 0;
      values.forEach((value, index) => {
        if (value < reference - minDelta) [reference, improvedIn] = [value, epochs[index]!];
      });
      if (lastEpoch - improvedIn < patience) return CONTINUE;
      const best = improvedIn === 0 ? 'no finite value' : `no better value than ${formatMetric(Math.abs(reference))}`;
      return stop(`patience: ${best} for ${formatCounted(lastEpoch - improvedIn, 'epoch')}`);
    },
  };
}
