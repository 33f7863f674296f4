import { isFinished } from '../../core/trial/trial.js';
import { earlierKey } from '../schema/shown-state.js';
import type { Transaction } from './transaction.js';
import { copyStoredTrial, moveStoredTrial, storedStatus } from './trial-status.js';
import type { Writer } from './writer.js';

export interface Renewal {
  readonly trial: number;
  /** Number for its earlier result. */
  readonly earlierId: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Resets a trial that is not running: it is queued and has no epochs. If it was finished, its rows become those of another trial,
 * the earlier result, which keeps its place on the leaderboard until the renewed trial has a result. Otherwise its epochs are
 * superseded and its checkpoints are marked removed; the rows stay.
 *
 * @returns the key of the earlier result, after which the folder of its checkpoints has to be named
 * @throws {IllegalTransitionError} if the trial is running, or not known
 */
export function renewTrial(writer: Writer, { trial, earlierId, at }: Renewal): Promise<string | undefined> {
  return writer.transaction(async (tx) => {
    const { key, status } = await storedStatus(tx, trial);
    const earlier = isFinished(status) ? earlierKey(key, earlierId) : undefined;
    if (earlier !== undefined) await keepResult(tx, trial, { id: earlierId, key: earlier });
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
    return earlier;
  });
}

/** Tables whose rows of a trial belong to its result. */
const OF_RESULT = ['epochs', 'class_counts', 'confusion', 'checkpoints', 'attempts', 'warnings'];

async function keepResult(
  tx: Transaction,
  trial: number,
  earlier: { readonly id: number; readonly key: string },
): Promise<void> {
  await copyStoredTrial(tx, trial, earlier);
  for (const table of OF_RESULT) {
    await tx.execute(`update data.${table} set trial = $2::integer where trial = $1::integer`, [trial, earlier.id]);
  }
  await tx.execute('update data.trials set failures = 0, seconds = null where id = $1::integer', [trial]);
  // Only the latest result stands in for the trial.
  await tx.execute('update data.members set stands_in_for = null where stands_in_for = $1::integer', [trial]);
  await tx.execute(
    `insert into data.members
       select * replace ($2::integer as trial, false as current, case when current then trial end as stands_in_for)
       from data.members where trial = $1::integer`,
    [trial, earlier.id],
  );
}
