import type { CheckpointSpace } from '../../../core/results/sweep-status.js';
import type { TrialCheckpoint } from '../../../core/results/trial-details.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import { cellText } from '../../../core/results/query-result.js';

/** Disk space of checkpoints by sweep name, without sweeps that have none. A trial of several sweeps counts in each. */
export async function checkpointSpace(reader: Reader): Promise<ReadonlyMap<string, CheckpointSpace>> {
  const rows = await readRows(
    reader,
    `select s.name, count(*), sum(c.bytes)
     from data.checkpoints c join data.members m on m.trial = c.trial join data.sweeps s on s.id = m.sweep
     where c.removed_at is null group by s.name`,
  );
  return new Map(
    rows.map(([sweep, files, bytes]) => [cellText(sweep), { files: Number(files), bytes: Number(bytes) }]),
  );
}

/** A trial's checkpoints, ordered by epoch. */
export async function trialCheckpoints(reader: Reader, trial: number): Promise<TrialCheckpoint[]> {
  const rows = await readRows(
    reader,
    `select c.epoch, c.file, c.bytes, exists (from data.members m where m.trial = c.trial and m.best_epoch = c.epoch)
     from data.checkpoints c where c.trial = $1::integer and c.removed_at is null order by c.epoch`,
    [trial],
  );
  return rows.map(([epoch, file, bytes, best]) => ({
    epoch: Number(epoch),
    file: cellText(file),
    bytes: Number(bytes),
    best: best === true,
  }));
}
