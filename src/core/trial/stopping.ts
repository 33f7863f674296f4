import type { Metrics } from '../trainer/training.js';

/** A stopping rule's answer about a trial after an epoch. */
export type Verdict =
  | { readonly decision: 'continue' }
  /** The trial ends as `stopped`, which counts as finished. `reason` is for people and is recorded. */
  | { readonly decision: 'stop'; readonly reason: string };

/**
 * A stopping rule. Asked after every epoch of every trial, once the epoch is recorded; the trial waits for the verdict. After
 * `stop` it is not asked again about the trial. An error that it throws ends the sweep.
 *
 * @param trialId - see `Trial.id`
 * @param epoch - counted from 1
 * @param metrics - of this epoch
 */
export type Decide = (trialId: number, epoch: number, metrics: Metrics) => Verdict | Promise<Verdict>;
