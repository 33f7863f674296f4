import type { WarmUp } from '../../core/trial/early-termination.js';
import type { Curve } from './curve.js';

/** Whether a trial is past the share of its training in which it is not stopped. */
export function isWarm({ lastEpoch, wholeEpochs }: Curve, { warmUp }: Pick<WarmUp, 'warmUp'>): boolean {
  return wholeEpochs === undefined || lastEpoch >= warmUp * wholeEpochs;
}
