import type { ChalkInstance } from 'chalk';
import { EnvironmentError } from '../../core/errors.js';
import type { Finding } from '../../core/results/database-report.js';
import { formatCount } from '../../core/format.js';
import { inspectDatabase, repairDatabase } from '../../store/doctor/inspect.js';
import { isLeftover } from '../../trainer/training/checkpoints/leftover-checkpoint.js';
import { resultFolders } from '../result-folders.js';

export interface DoctorDatabaseOptions {
  /** Path of the database. */
  readonly db: string;
  readonly repair: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: ChalkInstance;
  readonly write: (text: string) => void;
}

/**
 * Holds a database, and the checkpoints beside it, to everything that has to be true of them; a line for each. Returns whether all
 * is in order at the end.
 *
 * @throws {EnvironmentError} STORE_LOCKED for a repair while a sweep runs on it; others: see `connect`
 */
export async function doctorDatabase({ db, repair, now, style, write }: DoctorDatabaseOptions): Promise<boolean> {
  const files = { root: resultFolders(db).checkpointRoot, isLeftover };
  const before = await inspectDatabase(db, { files });
  const broken = before.findings.filter(({ count }) => count > 0);
  const repairable = broken.some((finding) => finding.repair !== undefined);
  if (repair && before.holder) {
    throw new EnvironmentError(
      'STORE_LOCKED',
      `${db} is in use by process ${before.holder.pid}, which runs ${before.holder.sweep}`,
      {
        hint: 'Without --repair it can be checked now. To repair it, wait, or end the sweep with Ctrl-C.',
      },
    );
  }
  if (repair && repairable) await repairDatabase(db, { files, now });
  const after = repair && repairable ? (await inspectDatabase(db, { files })).findings : before.findings;
  for (const [index, finding] of before.findings.entries()) write(line(finding, after[index]!.count, repair, style));
  const left = after.filter(({ count }) => count > 0).length;
  if (before.holder) write(`\nA sweep runs on it: its trials under way and its checkpoint files were not looked at.\n`);
  write(left === 0 ? '\nThe database is in order.\n' : `\nNot in order: ${formatCount(left)} of ${after.length}.\n`);
  return left === 0;
}

function line(
  { says, count, examples, repair: does }: Finding,
  left: number,
  repair: boolean,
  style: ChalkInstance,
): string {
  if (count === 0) return `${style.green('ok  ')}  ${says}\n`;
  const more = count > examples.length ? `, and ${formatCount(count - examples.length)} more` : '';
  const what = `${says}: ${formatCount(count)} that ${count === 1 ? 'does' : 'do'} not, ${examples.join('; ')}${more}`;
  const remedy =
    does === undefined ? 'nothing safe can be done about it' : repair ? `done: ${does}` : `--repair ${does}`;
  const state = left === 0 ? style.yellow('done') : style.red('fail');
  return `${state}  ${what}\n      -> ${left > 0 && repair && does !== undefined ? `tried: ${does}` : remedy}\n`;
}
