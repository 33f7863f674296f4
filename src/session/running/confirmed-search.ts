import type { EventSink, SweepEvent } from '../../core/trial/events.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import type { Assignment } from '../../executor/executor.js';

export interface ConfirmedSearchOptions {
  /** Trials of the search at most; with fewer left over, nothing is confirmed. */
  readonly limit: number;
  readonly underWay: UnderWay;
  /** The trials that confirm the best points, once the search has ended. */
  readonly confirming: () => readonly TrialSpec[];
  readonly assign: (trials: readonly TrialSpec[], limit: number) => AsyncGenerator<Assignment, void, undefined>;
}

/** The assignments of a search, and then those that confirm its best points, once all trials of the search have ended. */
export async function* confirmedSearch(
  search: AsyncGenerator<Assignment, void, undefined>,
  { limit, underWay, confirming, assign }: ConfirmedSearchOptions,
): AsyncGenerator<Assignment, void, undefined> {
  // A stopping rule that pauses trials hands them out more than once.
  const begun = new Set<number>();
  for await (const assignment of search) {
    const { id } = assignment.trial;
    begun.add(id);
    underWay.add(id);
    yield assignment;
  }
  const left = limit - begun.size;
  if (left <= 0) return;
  await underWay.empty();
  yield* assign(confirming(), left);
}

/** The trials that were handed out and have not ended. */
export class UnderWay implements EventSink {
  readonly #trials = new Set<number>();
  #onEmpty: (() => void) | undefined;

  add(trialId: number): void {
    this.#trials.add(trialId);
  }

  /** Resolves as soon as there are none. */
  async empty(): Promise<void> {
    if (this.#trials.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  emit(event: SweepEvent): Promise<void> {
    if (isEnd(event)) {
      this.#trials.delete(event.trialId);
      if (this.#trials.size === 0) this.#onEmpty?.();
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function isEnd(event: SweepEvent): event is Extract<SweepEvent, { readonly trialId: number }> {
  switch (event.type) {
    case 'trial-completed':
    case 'trial-stopped':
      return true;
    case 'trial-paused':
      // With another reason the trial goes on at once, in another host.
      return event.waits === true || event.reason === undefined;
    case 'trial-failed':
      return !event.willRetry;
    default:
      return false;
  }
}
