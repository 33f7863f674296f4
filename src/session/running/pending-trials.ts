import type { Assignment } from '../../executor/executor.js';
import type { Trial, TrialSpec } from '../../core/trial/trial.js';
import type { KnownTrial } from '../../store/reading/trials/known-trials.js';
import type { Adoption, KnownTrials, PositionRange, SweepHandle } from '../../store/sweep-handle.js';
import type { Plan } from '../../search/plan.js';

export interface PendingOptions {
  readonly known: KnownTrials;
  /** Run failed trials again. */
  readonly retryFailed: boolean;
  /** Resets a trial to its first epoch; if given, all trials run again. Default: every trial continues where it stopped. */
  readonly renew?: ((trial: Trial) => Promise<void>) | undefined;
  /** Starts a new trial with epochs that another trial has trained in the meantime, if there are any. */
  readonly begin?: ((trial: TrialSpec) => Promise<Adoption | undefined>) | undefined;
  /** At most this many trials. */
  readonly limit: number;
}

/**
 * The trials to run of those that are declared or proposed: the single rule for starting, resuming and extending a sweep. Lazy:
 * a trial is looked up when a slot is free for it.
 *
 * @param trials - in the order to run them, without those that are known to be finished
 */
export async function* pendingTrials(
  trials: Iterable<TrialSpec> | AsyncIterable<TrialSpec>,
  handle: Pick<SweepHandle, 'admit' | 'nextTrialId'>,
  { known, retryFailed, renew, begin, limit }: PendingOptions,
): AsyncGenerator<Assignment, void, undefined> {
  if (limit <= 0) return;
  let left = limit;
  for await (const trial of trials) {
    const before = known.get(trial.key);
    // Another sweep has started or finished it: the trial is the same, so it belongs to both.
    if (before && !before.member) {
      const { position, origin, confirms } = trial;
      await handle.admit([{ id: before.id, position, origin, confirms }]);
    }
    if (before && !renew && isSettled(before, retryFailed)) continue;
    left -= 1;
    if (before && renew) {
      const { id, attempt: attempts } = before;
      await renew({ ...trial, id });
      yield { trial: { ...trial, id }, attempts, failures: 0, recordedEpochs: 0 };
    } else if (before) {
      const { id, attempt: attempts, failures, recordedEpochs } = before;
      yield { trial: { ...trial, id }, attempts, failures, recordedEpochs };
    } else {
      const begun = await begin?.(trial);
      if (begun) yield { trial: begun.trial, attempts: 1, failures: 0, recordedEpochs: begun.epochs };
      else yield { trial: { ...trial, id: handle.nextTrialId() }, attempts: 0, failures: 0, recordedEpochs: 0 };
    }
    if (left <= 0) return;
  }
}

/** The trials of an enumeration without those at finished positions, which are not even computed. */
export function* unfinishedTrials(
  declared: NonNullable<Plan['enumeration']>,
  finished: readonly PositionRange[],
): Generator<TrialSpec, void, undefined> {
  let next = 0;
  for (const { from, to } of finished) {
    for (; next < Math.min(from, declared.size); next++) yield declared.at(next);
    next = Math.max(next, to);
  }
  if (next < declared.size) yield* declared.trials(next);
}

/** Whether a run leaves a recorded trial as it is. */
export function isSettled({ status }: Pick<KnownTrial, 'status'>, retryFailed: boolean): boolean {
  return status === 'completed' || status === 'stopped' || (status === 'failed' && !retryFailed);
}
