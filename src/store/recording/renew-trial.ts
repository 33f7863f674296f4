import type { Writer } from './writer.js';

/**
 * Takes a trial back to its beginning, whatever became of it: it waits for its next attempt, and nothing that it had reported or
 * saved counts any more. What it had reported stays in `data.epochs`.
 */
export async function renewTrial(writer: Writer, trial: number, at: number): Promise<void> {
  await writer.transaction(async (tx) => {
    await tx.execute("update data.trials set status = 'queued' where id = $1::integer", [trial]);
    await tx.execute('update data.epochs set superseded = true where trial = $1::integer', [trial]);
    await tx.execute('update data.class_counts set superseded = true where trial = $1::integer', [trial]);
    await tx.execute('delete from data.confusion where trial = $1::integer', [trial]);
    await tx.execute(
      'update data.checkpoints set removed_at = epoch_ms($2::bigint) where trial = $1::integer and removed_at is null',
      [trial, BigInt(at)],
    );
    await tx.execute(
      'update data.members set best_epoch = null, objective = null, score = null where trial = $1::integer',
      [trial],
    );
  });
}
