import type { EventSink } from '../../core/trial/events.js';
import type { Observation } from '../../core/trial/observation.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { unfinishedTrials } from './pending-trials.js';
import type { PreparedRun } from './prepare-run.js';
import { proposedTrials } from './proposals/proposed-trials.js';
import { Proposer } from './proposals/proposer.js';
import type { SettledTrials } from './settle-trials.js';
import { SweepHistory } from './sweep-history.js';

/** The trials that a run has to look at, in the order to run them. */
export interface DueTrials {
  readonly due: Iterable<TrialSpec> | AsyncIterable<TrialSpec>;
  /** Have to get the events of the run, once they are recorded: later trials depend on them. */
  readonly sinks: readonly EventSink[];
  close(): Promise<void>;
}

/** Lists the trials of an enumeration without the finished ones, or asks the sampler for them, one after another. */
export async function dueTrials(run: PreparedRun, { known, finished }: SettledTrials): Promise<DueTrials> {
  const { sweep, handle, options } = run;
  const { plan, definition, identity } = sweep;
  if (plan.enumeration !== undefined) {
    return { due: unfinishedTrials(plan.enumeration, finished), sinks: [], close: () => Promise.resolve() };
  }
  const { fresh = false, retryFailed = false } = options;
  // With --fresh the sweep has no members yet.
  const history = await SweepHistory.load(definition.objective, handle.observations());
  const proposer = new Proposer({ space: definition, defaults: identity.defaults, plan, history });
  const observe = (trialId: number): Promise<Observation> => observationOf(handle, trialId);
  return {
    due: proposedTrials({ history, proposer, known, retryFailed, fresh, observe }),
    sinks: [history],
    close: () => proposer.close(),
  };
}

async function observationOf(handle: PreparedRun['handle'], trialId: number): Promise<Observation> {
  for await (const observation of handle.observations()) if (observation.id === trialId) return observation;
  throw new Error(`trial ${trialId} is not a member of ${handle.name}`);
}
