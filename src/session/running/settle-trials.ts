import type { Admission, Candidate, KnownTrials, Member, PositionRange } from '../../store/sweep-handle.js';
import type { SweepBeginning, SweepOutline } from '../../core/trial/sweep-session.js';
import { COUNTED_FAILURES } from '../../executor/scheduling/failure-rules.js';
import type { SweepStanding } from '../../core/results/sweep-status.js';
import { ReuseOfEpochs } from '../continuing/reuse-of-epochs.js';
import { confirmingSeeds } from '../../search/confirmation.js';
import { changesSince } from '../planning/changes-since.js';
import { varyingNames } from '../planning/planned-sweep.js';
import type { PreparedRun } from './preparing/prepare-run.js';

/** The trials of a sweep that are finished, and those that can continue from others. */
export interface SettledTrials {
  /** The trials of the database that are not finished by this sweep, by key. */
  readonly known: KnownTrials;
  /** Finished positions of the plan. */
  readonly finished: readonly PositionRange[];
  /** Continues new trials from shorter ones; `undefined` if everything is trained again. */
  readonly reuse: ReuseOfEpochs | undefined;
  readonly beginning: SweepBeginning;
}

/** Matches the database's trials to the plan, and starts trials with the epochs of shorter ones. */
export async function settleTrials(run: PreparedRun): Promise<SettledTrials> {
  const { handle, checkpointRoot, options } = run;
  const fresh = options.fresh ?? false;
  const members = await settleMembers(run);
  const finished = fresh ? [] : await handle.finished();
  const known = await handle.known({ all: fresh, counted: COUNTED_FAILURES });
  const reuse = fresh ? undefined : new ReuseOfEpochs(run, checkpointRoot);
  const continued = (await reuse?.beginAll({ known, finished })) ?? 0;
  return {
    known: continued > 0 ? await handle.known({ counted: COUNTED_FAILURES }) : known,
    finished,
    reuse,
    beginning: beginningOf(run, await handle.standing(), { ...members, continued }),
  };
}

/**
 * Gives every trial of the database its position in the plan, or none, because a changed file declares other trials than before.
 * Takes over trials that another sweep has finished, unless everything is to be trained again.
 */
async function settleMembers(run: PreparedRun): Promise<Pick<SweepBeginning, 'dropped' | 'shared'>> {
  const { handle, sweep, options } = run;
  const { fresh = false } = options;
  const { enumeration } = sweep.plan;
  const confirms = confirmsStill(sweep);
  if (enumeration === undefined) return settleProposed(run, confirms);
  const placeOf = ({ key, params, seed }: Candidate, hint?: number): number | undefined => {
    const place = enumeration.positionOf(params, seed, hint);
    return place !== undefined && enumeration.at(place).key === key ? place : undefined;
  };
  const { dropped } = await handle.reconcile((member) =>
    member.confirms ? (confirms(member) ? member.position : undefined) : placeOf(member, member.position),
  );
  if (fresh) return { dropped, shared: 0 };
  const shared: Admission[] = [];
  for await (const stranger of handle.strangers()) {
    const position = placeOf(stranger);
    if (position !== undefined) shared.push({ id: stranger.id, position });
  }
  await handle.admit(shared);
  await handle.noteSettled();
  return { dropped, shared: shared.length };
}

/**
 * Keeps the trials that the sweep proposed and that still lie in its search space. Trials of other sweeps join later, when the
 * sampler proposes them. With `fresh` the search starts again, and no earlier trial is kept.
 */
async function settleProposed(
  { handle, sweep: { plan }, options: { fresh = false } }: PreparedRun,
  confirms: (member: Member) => boolean,
): Promise<Pick<SweepBeginning, 'dropped' | 'shared'>> {
  const isKept = (member: Member): boolean =>
    member.current && (member.confirms ? confirms(member) : plan.declares(member.params, member.seed));
  const { dropped } = fresh
    ? await handle.dropAll()
    : await handle.reconcile((member) => (isKept(member) ? member.position : undefined));
  await handle.noteSettled();
  return { dropped, shared: 0 };
}

/** Whether a member that confirmed a point can still do so: the point is declared, and the seed is one of those that confirm. */
function confirmsStill({ definition, plan }: PreparedRun['sweep']): (member: Member) => boolean {
  const seeds = confirmingSeeds(definition);
  const [first = 0] = definition.seeds;
  return ({ key, params, seed }) =>
    seeds.includes(seed) && plan.declares(params, first) && plan.keyOf(params, seed) === key;
}

function beginningOf(
  run: PreparedRun,
  standing: SweepStanding,
  counts: Pick<SweepBeginning, 'dropped' | 'shared' | 'continued'>,
): SweepBeginning {
  const { sweep, handle, notes, options } = run;
  const { before } = handle;
  return {
    outline: outlineOf(run, standing),
    declared: sweep.plan.size + sweep.plan.confirming,
    isNew: handle.change === 'new',
    changes: before === undefined ? [] : changesSince(before, sweep),
    notes: { files: [...sweep.definition.notes, ...sweep.fileNotes], conditions: notes },
    warnings: sweep.warnings,
    finished: standing.finished,
    failed: standing.failed,
    ...counts,
    retryFailed: options.retryFailed ?? false,
    fresh: options.fresh ?? false,
  };
}

function outlineOf({ sweep, devices, slots, options, context }: PreparedRun, standing: SweepStanding): SweepOutline {
  const { definition, plan } = sweep;
  const { fresh = false, retryFailed = false, maxTrials = Infinity } = options;
  const done = fresh ? 0 : standing.finished;
  const failed = retryFailed || fresh ? 0 : standing.failed;
  return {
    name: definition.name,
    objective: definition.objective,
    varying: varyingNames(sweep),
    total: Math.min(plan.size + plan.confirming, done + failed + maxTrials),
    done,
    failed,
    slots: slots * devices.length,
    startedAt: context.now(),
    ...(standing.best && !fresh && { best: standing.best }),
  };
}
