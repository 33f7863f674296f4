import { type Reader, readRows } from '../../core/results/reader.js';
import type { Writer } from './writer.js';

/** Up to which point a sweep's members are known to have their places in the declared order. */
export interface Settled {
  readonly revision: number | undefined;
  /** Trials after this one have not been looked at. */
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

/** Notes that every trial of the database has been looked at for this revision. */
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
