import { type Reader, readRows } from '../../core/results/reader.js';
import type { Params } from '../../core/parameters.js';
import { duckdb } from '../schema/duckdb.js';
import { isEarlierResult } from '../schema/shown-state.js';
import { cellText } from '../../core/results/query-result.js';
import { chooseTrials, rescoreChosen, type ScoredSweep } from './scores.js';
import type { Writer } from './writer.js';

/** A trial of another sweep, with its position in the declared order of this sweep. */
export interface Admission {
  readonly id: number;
  readonly position: number;
  /** See `TrialSpec.origin`. */
  readonly origin?: string | undefined;
  /** See `TrialSpec.confirms`. */
  readonly confirms?: boolean | undefined;
}

/** A trial with the fields that decide whether a sweep declares it. */
export interface Candidate {
  readonly id: number;
  readonly key: string;
  readonly seed: number;
  readonly params: Params;
}

/** A trial that belongs to a sweep. */
export interface Member extends Candidate {
  /** Its latest position in the declared order; kept when the sweep no longer declares it. */
  readonly position: number;
  /** Whether the sweep declared it at the last check. */
  readonly current: boolean;
  /** See `TrialSpec.confirms`. */
  readonly confirms: boolean;
}

/** Counts of a sweep's members after a change of its definition. */
export interface Reconciliation {
  readonly kept: number;
  /** Members that the definition no longer declares. */
  readonly dropped: number;
  /** Members that had been dropped and are declared again. */
  readonly returned: number;
}

/** Makes trials members of a sweep, and computes their best epochs by its objective. */
export async function admitTrials(writer: Writer, sweep: ScoredSweep, trials: readonly Admission[]): Promise<void> {
  if (trials.length === 0) return;
  const ids = trials.map(({ id }) => id);
  await writer.transaction(async (tx) => {
    await chooseTrials(tx, ids);
    await tx.execute('delete from data.members where sweep = $1::integer and trial in (from temp.chosen)', [sweep.id]);
    await tx.append(
      'members',
      trials.map(({ id, position, origin, confirms = false }) => [
        sweep.id,
        id,
        position,
        true,
        null,
        null,
        null,
        origin ?? null,
        confirms,
      ]),
    );
    await rescoreChosen(tx, sweep);
  });
}

/** The trials of a database that are not members of a sweep, with numbers greater than `after`. Streamed, in no fixed order. */
export async function* strangersTo(reader: Reader, sweep: number, after: number): AsyncGenerator<Candidate> {
  const trials = await reader.query(
    `select t.id, t.key, t.seed::double, t.params from data.trials t
     where t.id > $2::integer and not ${isEarlierResult('t')} and not exists (from data.members m where m.sweep = $1::integer and m.trial = t.id)`,
    [sweep, after],
  );
  for await (const rows of trials) {
    for (const [id, key, seed, params] of rows) {
      yield { id: Number(id), key: cellText(key), seed: Number(seed), params: JSON.parse(cellText(params)) as Params };
    }
  }
}

/**
 * Updates the positions of a sweep's members. A member for which `place` returns `undefined` leaves the current set; its row
 * stays.
 */
export async function reconcileMembers(
  { writer, reader, sweep }: { readonly writer: Writer; readonly reader: Reader; readonly sweep: number },
  place: (member: Member) => number | undefined,
): Promise<Reconciliation> {
  let [kept, dropped, returned] = [0, 0, 0];
  const moved: [number, number | null][] = [];
  const members = await reader.query(
    `select m.trial, t.key, t.seed::double, t.params, m.position::double, m.current, m.confirms
     from data.members m join data.trials t on t.id = m.trial
     where m.sweep = $1::integer`,
    [sweep],
  );
  for await (const rows of members) {
    for (const [id, key, seed, params, position, current, confirms] of rows) {
      const member = {
        id: Number(id),
        key: cellText(key),
        seed: Number(seed),
        params: JSON.parse(cellText(params)) as Params,
        position: Number(position),
        current: current === true,
        confirms: confirms === true,
      };
      const now = place(member);
      if (now !== undefined && current === true) kept++;
      if (now !== undefined && current === false) returned++;
      if (now === undefined && current === true) dropped++;
      if ((now !== undefined) !== current || (now !== undefined && now !== member.position))
        moved.push([member.id, now ?? null]);
    }
  }
  if (moved.length > 0) {
    await writer.transaction(async (tx) => {
      await tx.stage('moved', { trial: duckdb.INTEGER, position: duckdb.BIGINT }, moved);
      await tx.execute(
        `update data.members set
           current = moved.position is not null,
           position = coalesce(moved.position, data.members.position)
         from temp.moved
         where data.members.sweep = $1::integer and data.members.trial = moved.trial`,
        [sweep],
      );
    });
  }
  return { kept, dropped, returned };
}

/** Makes all members leave the current set; their rows stay. Returns how many there were. */
export async function dropMembers(writer: Writer, sweep: number): Promise<Pick<Reconciliation, 'dropped'>> {
  return writer.transaction(async (tx) => {
    const dropped = await tx.rows(
      'update data.members set current = false where sweep = $1::integer and current returning trial',
      [sweep],
    );
    return { dropped: dropped.length };
  });
}

/** The point up to which the positions of a sweep's members have been checked against its definition. */
export interface Settled {
  /** The revision that was checked; `undefined` before the first check. */
  readonly revision: number | undefined;
  /** Trials with greater numbers have not been checked. */
  readonly trial: number;
}

export async function settledOf(reader: Reader, sweep: number): Promise<Settled> {
  const [row] = await readRows(
    reader,
    'select settled_revision, settled_trial from data.sweeps where id = $1::integer',
    [sweep],
  );
  const [revision, trial] = row ?? [];
  return { revision: revision == null ? undefined : Number(revision), trial: Number(trial ?? 0) };
}

/** Notes that every trial of the database has been checked against this revision. */
export async function noteSettled(writer: Writer, sweep: number, revision: number): Promise<void> {
  await writer.transaction((tx) =>
    tx.execute(
      `update data.sweeps set settled_revision = $2::integer,
         settled_trial = (select coalesce(max(id), 0) from data.trials)
       where id = $1::integer`,
      [sweep, revision],
    ),
  );
}
