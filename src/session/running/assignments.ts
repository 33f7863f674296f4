import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSink } from '../../core/trial/events.js';
import type { Observation } from '../../core/trial/observation.js';
import type { Decide } from '../../core/trial/stopping.js';
import type { Trial, TrialSpec } from '../../core/trial/trial.js';
import type { Assignment } from '../../executor/executor.js';
import { confirmingTrials } from '../../search/confirmation.js';
import type { Admission, Adoption } from '../../store/sweep-handle.js';
import { confirmedSearch } from './confirmed-search.js';
import { isSettled, pendingTrials, unfinishedTrials } from './pending-trials.js';
import type { PreparedRun } from './preparing/prepare-run.js';
import { proposedTrials } from './proposals/proposed-trials.js';
import { Proposer } from './proposals/proposer.js';
import type { RetryingRecorder } from './retrying-recorder.js';
import type { SettledTrials } from './settle-trials.js';
import { stoppingOf, stopsEarly } from './stopping/stopping.js';
import { SweepHistory } from './sweep-history.js';
import { UnderWay } from './under-way.js';

/** What a run trains, in its order. */
export interface RunAssignments {
  readonly assignments: AsyncIterator<Assignment>;
  /** Have to get the events of the run, once they are recorded: later trials depend on them. */
  readonly sinks: readonly EventSink[];
  /** The stopping rule; `undefined`: every trial runs to its end. */
  readonly decide: Decide | undefined;
  close(): Promise<void>;
}

/** The trials of the search that are due, listed or proposed one after another, and then those that confirm its best points. */
export async function assignmentsOf(
  run: PreparedRun,
  settled: SettledTrials,
  recorder: Pick<RetryingRecorder, 'retry'>,
): Promise<RunAssignments> {
  const { sweep, handle } = run;
  const { plan, definition } = sweep;
  const { fresh = false, retryFailed = false, maxTrials = Infinity } = run.options;
  if (plan.enumeration !== undefined && plan.confirming === 0 && !stopsEarly(run)) {
    const due = unfinishedTrials(plan.enumeration, settled.finished);
    const assignments = assigner(run, settled, { recorder })(due, maxTrials);
    return { assignments, sinks: [], decide: undefined, close: () => Promise.resolve() };
  }
  // With --fresh trials count once they are trained again.
  const history = await SweepHistory.load(definition.objective, fresh ? none() : handle.observations());
  const assign = assigner(run, settled, { recorder, history });
  const underWay = new UnderWay();
  const stopping = stoppingOf(run, history, underWay);
  const { due, close } = dueTrials(run, settled, history);
  const isDue = (trial: TrialSpec, recorded: ReadonlyMap<string, Observation>): boolean => {
    const before = recorded.get(trial.key);
    return fresh || before === undefined || !isSettled(before, retryFailed);
  };
  const assignments = confirmedSearch(stopping.assignments(assign(due, maxTrials)), {
    limit: maxTrials,
    underWay,
    assign,
    confirming: () => {
      const recorded = [...history.observations()];
      const byKey = new Map(recorded.map((trial) => [trial.key, trial]));
      const { objective } = definition;
      const trials = confirmingTrials(recorded, { space: definition, objective, keyOf: plan.keyOf });
      return trials.filter((trial) => isDue(trial, byKey));
    },
  });
  return { assignments, sinks: [history, underWay, ...stopping.sinks], decide: stopping.decide, close };
}

type Assign = (
  trials: Iterable<TrialSpec> | AsyncIterable<TrialSpec>,
  limit: number,
) => ReturnType<typeof pendingTrials>;

/** Looks trials up in the database when a slot is free for them. */
function assigner(
  { handle, checkpointRoot, options }: PreparedRun,
  { known, reuse }: SettledTrials,
  { recorder, history }: { readonly recorder: Pick<RetryingRecorder, 'retry'>; readonly history?: SweepHistory },
): Assign {
  const { fresh = false, retryFailed = false } = options;
  const renew = async ({ id, key }: Trial): Promise<void> => {
    const earlier = await recorder.retry(() => handle.renew(id));
    const folder = join(checkpointRoot, key);
    if (earlier !== undefined && existsSync(folder)) await rename(folder, join(checkpointRoot, earlier));
    else await rm(folder, { recursive: true, force: true });
  };
  /** Adds a trial to the history of which no event tells. */
  const observe = async (trialId: number): Promise<void> => {
    if (history !== undefined) history.add(await observationOf(handle, trialId));
  };
  const numbering = {
    nextTrialId: () => handle.nextTrialId(),
    admit: async (admissions: readonly Admission[]) => {
      await recorder.retry(() => handle.admit(admissions));
      for (const { id } of admissions) await observe(id);
    },
  };
  const begin = async (trial: TrialSpec): Promise<Adoption | undefined> => {
    const begun = await reuse?.begin(trial);
    if (begun !== undefined) await observe(begun.trial.id);
    return begun;
  };
  return (trials, limit) =>
    pendingTrials(trials, numbering, {
      ...{ known, retryFailed, limit },
      ...(fresh ? { renew } : { begin }),
    });
}

/** The trials of the search in their order: those of an enumeration, or what the sampler proposes. */
function dueTrials(
  { sweep, handle, options }: PreparedRun,
  { known, finished }: SettledTrials,
  history: SweepHistory,
): { readonly due: Parameters<Assign>[0]; readonly close: () => Promise<void> } {
  const { plan, definition, identity } = sweep;
  if (plan.enumeration !== undefined) {
    return { due: unfinishedTrials(plan.enumeration, finished), close: () => Promise.resolve() };
  }
  const { fresh = false, retryFailed = false } = options;
  const proposer = new Proposer({ space: definition, defaults: identity.defaults, plan, history });
  const observe = (trialId: number): Promise<Observation> => observationOf(handle, trialId);
  return {
    due: proposedTrials({ history, proposer, known, retryFailed, fresh, observe }),
    close: () => proposer.close(),
  };
}

async function observationOf(handle: PreparedRun['handle'], trialId: number): Promise<Observation> {
  for await (const observation of handle.observations()) if (observation.id === trialId) return observation;
  throw new Error(`trial ${trialId} is not a member of ${handle.name}`);
}

async function* none(): AsyncGenerator<Observation, void, undefined> {
  // No trial is recorded.
}
