import { moveStoredTrial } from './trial-status.js';
import type { Writer } from './writer.js';

/**
 * Resets a trial that is not running: it is queued, its epochs are superseded and its checkpoints are marked removed. The rows
 * stay. `at` is milliseconds since 1970.
 *
 * @throws {IllegalTransitionError} if the trial is running, or not known
 */
export async function renewTrial(writer: Writer, trial: number, at: number): Promise<void> {
  await writer.transaction(async (tx) => {
    await moveStoredTrial(tx, 'renew', trial);
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
