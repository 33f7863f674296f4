import { type Reader, readRows } from '../../../core/results/reader.js';
import type { TrialStatus } from '../../../core/trial/trial.js';
import { duckdb } from '../../schema/duckdb.js';
import { cellNumber, cellText } from '../../../core/results/query-result.js';
import type { Writer } from '../../recording/writer.js';

/** A checkpoint that is on disk according to the database. */
export interface StoredCheckpoint {
  readonly trialId: number;
  /** Key of the trial: the name of its folder of checkpoints. */
  readonly key: string;
  readonly status: TrialStatus;
  /**
   * The trial's place among the completed trials of its sweep; ties are ordered by declared position. For a trial of several
   * sweeps it is the best of its places. `undefined` for a trial that has not completed, that has no objective, that no sweep
   * declares any more, or that is an earlier result and superseded.
   */
  readonly rank: number | undefined;
  readonly attempt: number;
  readonly epoch: number;
  /** Whether this is the trial's best epoch by the objective of at least one of its sweeps. */
  readonly best: boolean;
  /** Whether it is the trial's latest checkpoint, from which an attempt continues. */
  readonly last: boolean;
  /** Its name in the trial's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Checkpoints on disk of a sweep's trials, or of one of them, ordered by trial, attempt and epoch. */
export async function storedCheckpoints(
  reader: Reader,
  { sweep, trial }: { readonly sweep: number; readonly trial?: number | undefined },
): Promise<StoredCheckpoint[]> {
  const rows = await readRows(
    reader,
    // No ranks are computed if there is no checkpoint: for a million trials that takes longer than the rest of a resume's start.
    `with own as materialized (
       select c.* from data.checkpoints c
       where c.removed_at is null and ($2::integer is null or c.trial = $2::integer)
         and c.trial in (select trial from data.members where sweep = $1::integer)
     ),
     ranks as (
       select trial, min(place) as place from (
         select m.trial, row_number() over (partition by m.sweep order by m.score, m.position, m.trial) as place
         from data.ranked m join data.trials t on t.id = m.trial
         where m.score is not null and t.status = 'completed' and exists (from own)
       ) group by trial
     )
     select c.trial, t.key, t.status, r.place, c.attempt, c.epoch,
       exists (from data.members m where m.trial = c.trial and m.best_epoch = c.epoch),
       row_number() over (partition by c.trial order by c.attempt desc, c.epoch desc) = 1,
       c.file, c.bytes, c.sha256
     from own c join data.trials t on t.id = c.trial left join ranks r on r.trial = c.trial
     order by c.trial, c.attempt, c.epoch`,
    [sweep, trial ?? null],
  );
  return rows.map(([trialId, key, status, rank, attempt, epoch, best, last, file, bytes, sha256]) => ({
    trialId: Number(trialId),
    key: cellText(key),
    status: status as TrialStatus,
    rank: cellNumber(rank),
    attempt: Number(attempt),
    epoch: Number(epoch),
    best: best === true,
    last: last === true,
    file: cellText(file),
    bytes: Number(bytes),
    sha256: cellText(sha256),
  }));
}

/** Notes that files have been removed, at `at` (milliseconds since 1970). Files noted before keep their time. */
export async function markCheckpointsRemoved(
  writer: Writer,
  files: readonly Pick<StoredCheckpoint, 'trialId' | 'file'>[],
  at: number,
): Promise<void> {
  if (files.length === 0) return;
  await writer.transaction((tx) =>
    tx.executeOver(
      MARK_REMOVED,
      [INTEGER, VARCHAR, TIMESTAMP],
      files.map(({ trialId, file }) => [trialId, file, at]),
    ),
  );
}

const { INTEGER, VARCHAR, TIMESTAMP } = duckdb;

const MARK_REMOVED = `
  update data.checkpoints set removed_at = c.at
  from (select unnest($1) as trial, unnest($2) as file, unnest($3) as at) c
  where data.checkpoints.trial = c.trial and data.checkpoints.file = c.file and data.checkpoints.removed_at is null`;
