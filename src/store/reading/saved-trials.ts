import type { Reader } from '../../core/results/reader.js';
import type { Params } from '../../core/parameters.js';
import type { Candidate } from '../recording/members.js';
import { cellNumber, cellText } from '../../core/results/query-result.js';

/** A trial that is not under way, and how far what is left of it on disk goes. */
export interface SavedTrial extends Candidate {
  /** Where it stood in its own sweep's order, the last that has it. */
  readonly position: number;
  readonly isFinished: boolean;
  readonly device: string;
  /** TensorFlow's intra-op threads that it ran with. */
  readonly threads: number;
  /** Its furthest checkpoint that is on disk, as far as the database knows. */
  readonly saved: { readonly epoch: number; readonly file: string } | undefined;
}

/** The trials of a database that have completed, were stopped or are paused, in their order. */
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
     where t.status in ('completed', 'stopped', 'paused')
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
