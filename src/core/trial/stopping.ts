/** A stopping rule's answer about a trial after an epoch. */
export type Verdict =
  | { readonly decision: 'continue' }
  /** The trial ends as `stopped`, which counts as finished. `reason` is for people and is recorded. */
  | { readonly decision: 'stop'; readonly reason: string }
  /** The trial gives its slot back, and goes on from its checkpoint when the rule promotes it. */
  | { readonly decision: 'pause'; readonly reason: string };

/**
 * A stopping rule. Asked after every epoch of every trial but its last, once the epoch is recorded; the trial waits for the
 * verdict. Asked again about the last recorded epoch of a trial that is taken up again, because the process may have died before
 * the verdict. After `stop` it is not asked again about the trial. An error that it throws ends the sweep.
 *
 * @param trialId - see `Trial.id`
 * @param epoch - counted from 1
 */
export type Decide = (trialId: number, epoch: number) => Verdict | Promise<Verdict>;
