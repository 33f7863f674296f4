import type { Observation } from '../../../core/trial/observation.js';
import type { TrialSpec } from '../../../core/trial/trial.js';
import type { KnownTrials } from '../../../store/sweep-handle.js';
import { isSettled } from '../pending-trials.js';
import type { SweepHistory } from '../sweep-history.js';
import type { Proposer } from './proposer.js';

export interface ProposedTrialsOptions {
  readonly history: SweepHistory;
  readonly proposer: Pick<Proposer, 'next'>;
  readonly known: KnownTrials;
  /** Run failed trials again. */
  readonly retryFailed: boolean;
  /** Every trial is trained again, also one that another sweep has finished. */
  readonly fresh: boolean;
  /** Reads a trial that has become a member of the sweep. */
  readonly observe: (trialId: number) => Promise<Observation>;
}

/**
 * The trials of a sweep whose sampler learns from results: first the recorded ones that are not finished, then one proposal after
 * another, each made when a slot is free for it. A proposed trial that the database has finished already is yielded, so that it
 * joins the sweep, and its results are in the history of the next proposal.
 */
export async function* proposedTrials(options: ProposedTrialsOptions): AsyncGenerator<TrialSpec, void, undefined> {
  const { history, proposer, known, retryFailed, fresh, observe } = options;
  const recorded = [...history.observations()];
  const byKey = new Map(recorded.map((trial) => [trial.key, trial]));
  for (const trial of recorded) if (!isSettled(trial, retryFailed)) yield specOf(trial);
  for (let trial = await proposer.next(); trial !== undefined; trial = await proposer.next()) {
    const same = byKey.get(trial.key);
    if (same !== undefined) {
      // The same work under other parameters, such as weights in a copy of a file.
      history.add({ ...(history.get(same.id) ?? same), id: -1 - trial.position, params: trial.params });
      continue;
    }
    const before = known.get(trial.key);
    yield trial;
    if (before === undefined || fresh || !isSettled(before, retryFailed)) continue;
    history.add({ ...(await observe(before.id)), position: trial.position, params: trial.params });
  }
}

const specOf = ({ key, position, seed, params }: Observation): TrialSpec => ({ key, position, seed, params });
