import type { Reader } from '../../../core/results/reader.js';
import type { Params } from '../../../core/parameters.js';
import type { Candidate } from '../../recording/members.js';
import { isEarlierResult } from '../../schema/shown-state.js';
import { cellNumber, cellText } from '../../../core/results/query-result.js';

/** A completed, stopped or paused trial with its latest checkpoint on disk. */
export interface SavedTrial extends Candidate {
  /** Its position in the declared order of its sweep; of several sweeps, the one with the greatest number. */
  readonly position: number;
  readonly isFinished: boolean;
  readonly device: string;
  /** Number of TensorFlow intra-op threads that it ran with. */
  readonly threads: number;
  /** The checkpoint of the latest epoch that is on disk according to the database. */
  readonly saved: { readonly epoch: number; readonly file: string } | undefined;
}

/** The completed, stopped and paused trials of a database, by number. `onDisk`: only those with a checkpoint on disk. */
export async function* savedTrials(
  reader: Reader,
  { onDisk }: { readonly onDisk: boolean },
): AsyncGenerator<SavedTrial, void, undefined> {
  const result = await reader.query(
    `with saved as (
       select trial, max(epoch) as epoch, arg_max(file, epoch) as file from data.checkpoints
       where removed_at is null group by trial
     ), places as (
       select trial, arg_max(position, sweep)::double as position from data.members
       ${onDisk ? 'where trial in (select trial from saved)' : ''} group by trial
     )
     select t.id, t.key, t.seed::double, t.params, p.position, t.status <> 'paused', t.device, t.threads, s.epoch, s.file
     from data.trials t join places p on p.trial = t.id ${onDisk ? '' : 'left'} join saved s on s.trial = t.id
     where t.status in ('completed', 'stopped', 'paused') and not ${isEarlierResult('t')}
     order by t.id`,
  );
  for await (const rows of result) {
    for (const [id, key, seed, params, position, isFinished, device, threads, epoch, file] of rows) {
      const furthest = cellNumber(epoch);
      yield {
        ...{ id: Number(id), key: cellText(key), seed: Number(seed), params: JSON.parse(cellText(params)) as Params },
        ...{ position: Number(position), isFinished: isFinished === true },
        ...{ device: cellText(device), threads: Number(threads) },
        saved: furthest === undefined ? undefined : { epoch: furthest, file: cellText(file) },
      };
    }
  }
}
