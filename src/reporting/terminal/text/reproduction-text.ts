import { formatCounted } from '../../../core/format.js';
import { TOLERANCE, type Difference, type Reproduction } from '../../../core/reports/reproduction.js';

export interface Verdict {
  /** Whether the trial was reproduced within the tolerance. */
  readonly holds: boolean;
  readonly lines: readonly string[];
}

/** The verdict on a trial that was run again, as text. */
export function verdictOn({ recorded, curve, weights, excuses }: Reproduction): Verdict {
  const epochs = [...recorded.values()];
  const metrics = new Set(epochs.flatMap((values) => Object.keys(values))).size;
  const what = `${formatCounted(metrics, 'metric')} of ${formatCounted(epochs.length, 'epoch')}`;
  const why = excuses.map((excuse) => `  ${excuse}`);
  if (curve.isIdentical && weights?.isIdentical !== false) {
    const all = weights ? `${what}, and the weights` : what;
    const despite = why.length > 0 ? ['under other conditions:', ...why] : [];
    return { holds: true, lines: [`identical: ${all}, to the last bit`, ...despite] };
  }
  const [worst] = [curve.largest, weights?.largest].filter((found) => found !== undefined);
  if (excuses.length === 0) {
    const where = curve.isIdentical ? `the weights, though ${what} are the same` : what;
    return { holds: false, lines: [`different, under the same conditions: ${where}; ${describe(worst!)}`] };
  }
  // No tolerance for weights is known; their effect on images is in the metrics.
  const holds = curve.isWithinTolerance;
  const verdict = holds ? `within ${TOLERANCE}: ` : `different, by more than ${TOLERANCE}: `;
  const largest = curve.largest
    ? `; the largest difference is in ${describe(curve.largest)}`
    : ', all the same; the weights differ';
  return { holds, lines: [`${verdict}${what}${largest}`, 'under other conditions:', ...why] };
}

const describe = ({ what, then, now }: Difference): string => `${what}: ${then} then, ${now ?? 'nothing'} now`;
