import { EnvironmentError } from '../../core/errors.js';
import type { RecordsReport } from '../../core/results/database-report.js';
import { inspectDatabase, repairDatabase } from '../../store/doctor/inspect.js';
import { isLeftover } from '../../trainer/training/checkpoints/checkpoint-names.js';
import { resultFolders } from '../result-folders.js';

export interface CheckRecordsOptions {
  /** Path of the database. */
  readonly db: string;
  /** Repair what can be repaired without loss. */
  readonly repair: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Checks every invariant of a database and of the checkpoint files beside it.
 *
 * @throws {EnvironmentError} STORE_LOCKED for a repair while a sweep runs on it; others: see `connect`
 */
export async function checkRecords({ db, repair, now }: CheckRecordsOptions): Promise<RecordsReport> {
  const files = { root: resultFolders(db).checkpointRoot, isLeftover };
  const { holder, findings } = await inspectDatabase(db, { files });
  if (repair && holder) {
    throw new EnvironmentError('STORE_LOCKED', `${db} is in use by process ${holder.pid}, which runs ${holder.sweep}`, {
      hint: 'Without --repair it can be checked now. To repair it, wait, or end the sweep with Ctrl-C.',
    });
  }
  const isRepaired = repair && findings.some(({ count, repair: remedy }) => count > 0 && remedy !== undefined);
  if (isRepaired) await repairDatabase(db, { files, now });
  const after = isRepaired ? (await inspectDatabase(db, { files })).findings : findings;
  return { holder, findings, left: after.map(({ count }) => count) };
}
