import type { PlanStanding } from '../../core/reports/plan-description.js';
import { knownTrials } from '../../store/reading/trials/known-trials.js';
import type { Reader } from '../../core/results/reader.js';
import { savedTrials } from '../../store/reading/trials/saved-trials.js';
import { sweepStatuses } from '../../store/reading/queries/sweep-status.js';
import { ContinuationSearch } from '../continuing/continuations.js';
import type { PlannedSweep } from './planned-sweep.js';

export const NOTHING_DONE: PlanStanding = { done: 0, continued: 0, refused: new Map() };

/** Compares the plan with every trial of the database that has ended or is paused. */
export async function planStanding(sweep: PlannedSweep, reader: Reader): Promise<PlanStanding> {
  const { enumeration } = sweep.plan;
  if (enumeration === undefined) return proposedStanding(sweep, reader);
  const known = await knownTrials(reader, NO_SWEEP, { all: true });
  const isKnown = ({ key }: { readonly key: string }): boolean => known.get(key) !== undefined;
  const search = new ContinuationSearch(sweep, { isKnown, threads: undefined });
  let done = 0;
  for await (const trial of savedTrials(reader, { onDisk: false })) {
    const place = trial.isFinished ? enumeration.positionOf(trial.params, trial.seed, trial.position) : undefined;
    if (place !== undefined && enumeration.at(place).key === trial.key) done++;
    search.add(trial);
  }
  const { found, refused } = search.result();
  return { done, continued: found.length, refused };
}

/** Counts the trials that the sweep has proposed: which others it will propose depends on results. */
async function proposedStanding({ definition }: PlannedSweep, reader: Reader): Promise<PlanStanding> {
  const status = (await sweepStatuses(reader)).find(({ name }) => name === definition.name);
  return { ...NOTHING_DONE, done: status === undefined ? 0 : status.counts.completed + status.counts.stopped };
}

/** Numbers of sweeps start at 1. */
const NO_SWEEP = 0;
