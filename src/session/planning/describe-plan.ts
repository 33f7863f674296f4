import { existsSync } from 'node:fs';
import type { PlanDescription } from '../../core/reports/plan-description.js';
import type { LrFind } from '../../core/results/lr-find.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { connect } from '../../store/reading/connect.js';
import { knownSweep } from '../../store/reading/find-sweep.js';
import { knownLrFinds } from '../../store/reading/queries/lr-finds.js';
import type { Reader } from '../../core/results/reader.js';
import { describeEarlyTermination } from '../../sweep/early-terminate/describe.js';
import { describeDistribution } from '../../core/space/describe-distribution.js';
import { firstTrials, type Plan } from '../../search/plan.js';
import { aroundFound, centreOf, findsRates, lrFindTasks } from '../range-tests/lr-finds.js';
import { changesSince } from './changes-since.js';
import { NOTHING_DONE, planStanding } from './plan-standing.js';
import { varyingNames, type PlannedSweep } from './planned-sweep.js';

/**
 * Describes what a sweep would run, and how much of it the database at `db` already has. Loads no trainer and writes nothing. The
 * database need not exist.
 *
 * @throws as `connect` does
 */
export async function describePlan(planned: PlannedSweep, db: string): Promise<PlanDescription> {
  const reader = existsSync(db) ? await connect(db) : undefined;
  try {
    const { sweep, found } = await foundSoFar(planned, reader);
    const { definition, plan, trainer, dataset, fileNotes, warnings } = sweep;
    return {
      name: definition.name,
      description: definition.description,
      method: definition.method,
      objective: definition.objective,
      trainer: { name: trainer.name, version: trainer.version },
      dataset,
      axes: plan.axes.map((axis) => ({ ...axis, text: describeDistribution(axis.distribution) })),
      found,
      rangeTestSteps: trainer.rangeTest?.maxSteps ?? 0,
      fixed: definition.fixed,
      seeds: definition.seeds,
      points: plan.points,
      excluded: plan.excluded,
      trials: plan.size,
      earlyTermination: definition.earlyTermination && describeEarlyTermination(definition.earlyTermination),
      confirm: definition.confirm && { ...definition.confirm, trials: plan.confirming },
      varying: varyingNames(sweep),
      defaults: trainer.notableDefaults?.(definition) ?? {},
      fileNotes,
      notes: definition.notes,
      warnings,
      changes: reader ? await changesIn(sweep, reader) : [],
      standing: reader ? await planStanding(sweep, reader) : NOTHING_DONE,
      features: featuresOf(sweep),
      isListed: plan.enumeration !== undefined,
      ...commandIn(sweep),
      ...ends(plan),
    };
  } finally {
    await reader?.close();
  }
}

/** What has changed since the sweep was last run; nothing for a new sweep. */
async function changesIn(sweep: PlannedSweep, reader: Reader): Promise<readonly string[]> {
  const before = await knownSweep(reader, sweep.definition.name);
  return before === undefined ? [] : changesSince(before, sweep);
}

async function foundSoFar(
  sweep: PlannedSweep,
  reader: Reader | undefined,
): Promise<{ readonly sweep: PlannedSweep; readonly found: PlanDescription['found'] }> {
  if (!findsRates(sweep)) return { sweep, found: {} };
  const tasks = lrFindTasks(sweep);
  const keys = tasks.map(({ key }) => key);
  const finds = reader ? await knownLrFinds(reader, keys) : new Map<string, LrFind>();
  const found = tasks.map(
    ({ key, backbone }) => [backbone, finds.has(key) ? centreOf(finds.get(key)!) : null] as const,
  );
  return { sweep: aroundFound(sweep, tasks, finds), found: Object.fromEntries(found) };
}

/** The command line of the first trial, where the trainer is a program. */
function commandIn({ plan, trainer }: PlannedSweep): Pick<PlanDescription, 'command'> {
  const [first] = firstTrials(plan, 1);
  const command = first && trainer.commandOf?.(first);
  return command === undefined ? {} : { command };
}

/** The command line of each trial in order; nothing where the trainer is no program, or the trials cannot be listed. */
export function* commandLines({ plan, trainer }: PlannedSweep): Generator<string, void, undefined> {
  const { enumeration, size } = plan;
  if (trainer.commandOf === undefined || enumeration === undefined || !Number.isFinite(size)) return;
  for (const trial of range(enumeration, 0, size)) yield trainer.commandOf(trial);
}

/** Number of trials that are checked for shared features. */
const MAX_LOOKED_AT = 10_000;

/** Which trials of a sweep share features, judged by the first 10,000 of them; `undefined` where they cannot be listed. */
export function featuresOf({
  definition: { axes, fixed },
  plan: { enumeration },
  trainer,
}: Pick<PlannedSweep, 'definition' | 'plan' | 'trainer'>): PlanDescription['features'] {
  if (enumeration === undefined) return undefined;
  const lookedAt = Math.min(enumeration.size, MAX_LOOKED_AT);
  const sharing = trainer.shareFeatures?.({ axes, fixed }, range(enumeration, 0, lookedAt));
  return sharing && { ...sharing, lookedAt };
}

/** Trials shown from each end of a plan. */
const ENDS = 3;

function ends(plan: PlannedSweep['plan']): Pick<PlanDescription, 'first' | 'last'> {
  const { enumeration, size } = plan;
  if (enumeration === undefined) return { first: firstTrials(plan, ENDS), last: [] };
  if (size <= 2 * ENDS) return { first: [...range(enumeration, 0, size)], last: [] };
  const last = Number.isFinite(size) ? [...range(enumeration, size - ENDS, size)] : [];
  return { first: [...range(enumeration, 0, ENDS)], last };
}

function* range(
  enumeration: NonNullable<Plan['enumeration']>,
  from: number,
  to: number,
): Generator<TrialSpec, void, undefined> {
  for (let position = from; position < to; position++) yield enumeration.at(position);
}
