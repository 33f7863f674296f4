import type { TrialSpec } from '../../core/trial/trial.js';
import type { Assignment } from '../../executor/executor.js';
import type { UnderWay } from './under-way.js';

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
