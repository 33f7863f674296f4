import { InputError } from '../../../core/errors.js';
import type { Reader } from '../../../core/results/reader.js';
import type { TrialReference } from '../../../core/trial/trial-reference.js';
import { resolveSweep } from './sweep-names.js';
import { sweepStatus } from './sweep-status.js';

/**
 * The number of the trial that a reference names; a number is returned as it is. Of several best trials, the first one declared.
 *
 * @throws {InputError} NO_SWEEPS, UNKNOWN_SWEEP, NO_BEST_TRIAL
 */
export async function resolveTrial(reader: Reader, reference: TrialReference): Promise<number> {
  if (typeof reference === 'number') return reference;
  const sweep = await resolveSweep(reader, reference.bestOf);
  const { best, metric } = await sweepStatus(reader, sweep);
  if (best !== undefined) return best.trial;
  throw new InputError('NO_BEST_TRIAL', `no trial of ${sweep} has ended with a number for ${metric}`, {
    hint: `sweep top ${sweep} lists its trials.`,
  });
}
