import { type Reader, readRows } from '../../core/results/reader.js';
import type { Writer } from './writer.js';

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
