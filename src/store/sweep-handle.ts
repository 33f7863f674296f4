import { type Reader, readRows } from '../core/results/reader.js';
import type { EventSink } from '../core/trial/events.js';
import type { SweepStanding } from '../core/results/sweep-status.js';
import type { TrialStatus } from '../core/trial/trial.js';
import { adoptEpochs, type Adoption } from './recording/adopt-epochs.js';
import type { SweepDeclaration, StoredSweep } from '../core/trial/declaration.js';
import { finishedPositions, type PositionRange } from './reading/trials/finished-positions.js';
import { knownTrials, statusesOf, type KnownOptions, type KnownTrials } from './reading/trials/known-trials.js';
import { observations, type RecordedObservation } from './reading/trials/observations.js';
import type { OwnSweep } from './recording/events/load-trials.js';
import { noteLrFinds } from './recording/lr-finds.js';
import {
  admitTrials,
  dropMembers,
  noteSettled,
  reconcileMembers,
  settledOf,
  strangersTo,
  type Admission,
  type Candidate,
  type Member,
  type Reconciliation,
} from './recording/members.js';
import type { ParameterColumns } from './schema/parameter-columns.js';
import { createRecorder } from './recording/events/recorder.js';
import { renewTrial } from './recording/renew-trial.js';
import { definitionHash, isSameRevision, revisionRow, SELECT_SWEEPS, storedSweep } from './schema/revision.js';
import { savedTrials, type SavedTrial } from './reading/trials/saved-trials.js';
import { rescoreSweep } from './recording/scores.js';
import {
  markCheckpointsRemoved,
  storedCheckpoints,
  type StoredCheckpoint,
} from './reading/trials/stored-checkpoints.js';
import type { Transaction } from './recording/transaction.js';
import type { Writer } from './recording/writer.js';

export type { Admission, Adoption, Candidate, KnownTrials, Member, PositionRange, SavedTrial, StoredCheckpoint };

/** A sweep in a database that this process has open for writing. */
export interface SweepHandle {
  readonly name: string;
  /** Number of the revision, from 1: a change of the declaration, the versions or the machine makes a new one. */
  readonly revision: number;
  /** `new`: the database did not have the sweep. `changed`: it had another definition. */
  readonly change: 'new' | 'same' | 'changed';
  /** The latest declaration before this one; `undefined` for a new sweep. */
  readonly before: StoredSweep | undefined;
  /** The trials of the database by key; without those that this sweep has finished, unless `all` is set. */
  known(options?: KnownOptions): Promise<KnownTrials>;
  /** Positions of its finished trials in the declared order. */
  finished(): Promise<readonly PositionRange[]>;
  /** Statuses of its trials by key; keys that it does not have are left out. */
  statuses(keys: readonly string[]): Promise<ReadonlyMap<string, TrialStatus>>;
  /** Its trials as samplers and stopping rules see them, open ones included, in the order in which they joined the sweep. */
  observations(): AsyncIterable<RecordedObservation>;
  /** The number for the next new trial. */
  nextTrialId(): number;
  /** Trials of the database that are not members and have not been checked against this revision (see `noteSettled`). */
  strangers(): AsyncIterable<Candidate>;
  /** Makes trials of other sweeps members of this one, with any status. */
  admit(trials: readonly Admission[]): Promise<void>;
  /**
   * Updates the position of each member to what `place` returns; a member for which it returns `undefined` leaves the current
   * set. `place` is not called if the members were checked against this revision before (see `noteSettled`).
   */
  reconcile(place: (member: Member) => number | undefined): Promise<Reconciliation>;
  /** Makes all members leave the current set. */
  dropAll(): Promise<Pick<Reconciliation, 'dropped'>>;
  /** Completed, stopped and paused trials of the database that have a checkpoint on disk. */
  saved(): AsyncIterable<SavedTrial>;
  /** Begins trials with the recorded epochs of earlier trials that differ only in their number of epochs. */
  adopt(adoptions: readonly Adoption[]): Promise<void>;
  /**
   * Queues a trial again, without epochs. The result of a finished trial is kept as a trial of its own; returns its key, after
   * which the folder of its checkpoints has to be named.
   */
  renew(trialId: number): Promise<string | undefined>;
  /** Notes that all trials of the database have been checked against this revision. */
  noteSettled(): Promise<void>;
  /** Checkpoints on disk of all its trials, or of one trial, ordered by trial and epoch. */
  checkpoints(trialId?: number): Promise<StoredCheckpoint[]>;
  /** Notes that checkpoint files have been removed. */
  markRemoved(files: readonly Pick<StoredCheckpoint, 'trialId' | 'file'>[]): Promise<void>;
  /** Notes which range tests of the learning rate it uses; replaces the earlier list. */
  noteLrFinds(keys: readonly string[]): Promise<void>;
  /** Its progress and its best trial. */
  standing(): Promise<SweepStanding>;
  /** Records the events of its trials. */
  recorder(): EventSink;
}

/** Parts of a store that its sweeps share. */
export interface StoreParts {
  readonly writer: Writer;
  readonly reader: Reader;
  readonly columns: ParameterColumns;
  readonly now: () => number;
  readonly nextTrialId: () => number;
}

/** Records a declaration. Computes its members' standings again if the objective has changed. */
export async function openSweep(parts: StoreParts, declaration: SweepDeclaration): Promise<SweepHandle> {
  const { writer, reader, columns, nextTrialId } = parts;
  const { name, objective } = declaration;
  const { id, revision, before } = await writer.transaction((tx) => declare(tx, declaration, parts.now()));
  const own: OwnSweep = { id, revision, objective };
  const settled = await settledOf(reader, id);
  const isSettled = settled.revision === revision;
  return {
    name,
    revision,
    change: !before ? 'new' : before.definitionHash === definitionHash(declaration) ? 'same' : 'changed',
    before,
    known: (options) => knownTrials(reader, id, options),
    finished: () => finishedPositions(reader, id),
    statuses: (keys) => statusesOf(reader, id, keys),
    observations: () => observations(reader, id),
    nextTrialId,
    strangers: () => strangersTo(reader, id, isSettled ? settled.trial : 0),
    admit: (trials) => admitTrials(writer, own, trials),
    reconcile: (place) => (isSettled ? unchanged(reader, id) : reconcileMembers({ writer, reader, sweep: id }, place)),
    dropAll: () => dropMembers(writer, id),
    saved: () => savedTrials(reader, { onDisk: true }),
    adopt: (adoptions) => adoptEpochs(adoptions, { writer, columns, sweep: own, at: parts.now() }),
    renew: (trial) => renewTrial(writer, { trial, earlierId: nextTrialId(), at: parts.now() }),
    noteSettled: () => noteSettled(writer, id, revision),
    checkpoints: (trial) => storedCheckpoints(reader, { sweep: id, trial }),
    markRemoved: (files) => markCheckpointsRemoved(writer, files, parts.now()),
    noteLrFinds: (keys) => noteLrFinds(writer, id, keys),
    standing: () => standing(reader, name),
    recorder: () => createRecorder({ writer, columns, sweep: own }),
  };
}

interface Declared {
  readonly id: number;
  readonly revision: number;
  readonly before: StoredSweep | undefined;
}

async function declare(tx: Transaction, declaration: SweepDeclaration, at: number): Promise<Declared> {
  const { name, objective } = declaration;
  const [found] = await tx.rows('select id from data.sweeps where name = $1::varchar', [name]);
  if (!found) {
    const [next] = await tx.rows('select coalesce(max(id), 0) + 1 from data.sweeps');
    const id = Number(next?.[0]);
    await tx.append('sweeps', [[id, name, at, at]]);
    await tx.append('revisions', [revisionRow(declaration, [id, 1], at)]);
    return { id, revision: 1, before: undefined };
  }
  const id = Number(found[0]);
  await tx.execute('update data.sweeps set opened_at = epoch_ms($2::bigint) where id = $1::integer', [id, BigInt(at)]);
  const [row] = await tx.rows(`from (${SELECT_SWEEPS}) where name = $1::varchar`, [name]);
  const before = storedSweep(
    (row ?? []).map((value) => (typeof value === 'bigint' ? Number(value) : (value as string))),
  );
  if (isSameRevision(declaration, before)) return { id, revision: before.revision, before };
  const revision = before.revision + 1;
  await tx.append('revisions', [revisionRow(declaration, [id, revision], at)]);
  const { metric, goal } = before.objective;
  if (metric !== objective.metric || goal !== objective.goal) await rescoreSweep(tx, { id, objective });
  return { id, revision, before };
}

async function unchanged(reader: Reader, sweep: number): Promise<Reconciliation> {
  const [row] = await readRows(
    reader,
    'select count(*)::integer from data.members where sweep = $1::integer and current',
    [sweep],
  );
  return { kept: Number(row?.[0]), dropped: 0, returned: 0 };
}

async function standing(reader: Reader, name: string): Promise<SweepStanding> {
  const [row] = await readRows(
    reader,
    'select completed + stopped, failed, best_trial, best_objective from sweeps where sweep = $1',
    [name],
  );
  const [finished, failed, trial, value] = row ?? [];
  return {
    finished: Number(finished),
    failed: Number(failed),
    best: trial == null ? undefined : { trialId: Number(trial), value: Number(value) },
  };
}
