import type { TrialStatus } from '../../../core/trial.js';
import { parseCheckpointName, TEMPORARY_CHECKPOINT } from './checkpoint-names.js';

/**
 * Whether a file that no epoch was reported with is one that the built-in trainer left behind: half written, written and never
 * reported, or taken inside an epoch of a trial that has ended.
 */
export function isLeftover(name: string, status: TrialStatus): boolean {
  const place = parseCheckpointName(name);
  if (place === undefined) return TEMPORARY_CHECKPOINT.test(name);
  return place.step === 0 || status === 'completed' || status === 'stopped' || status === 'failed';
}
