import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Holder, Reader } from '../../core/results/reader.js';
import { SweepwrightError } from '../../core/errors.js';
import { formatCounted, formatDuration } from '../../core/format.js';
import type { CheckResult } from '../../core/reports/check-result.js';
import { connect } from '../../store/reading/connect.js';
import { databaseFacts, readEverything } from '../../store/reading/queries/database-facts.js';

const NAME = 'Database';

/** Whether the database can be read to its last block and written; `now` is milliseconds since 1970. */
export async function checkDatabase(db: string, now: number): Promise<readonly CheckResult[]> {
  try {
    const reader = await connect(db);
    try {
      return [await examine(reader, db, now)];
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof SweepwrightError)) throw error;
    const { code, message: detail, hint } = error;
    if (code === 'NO_DATABASE') return [{ name: NAME, status: 'ok', detail: `${db} is made by the first sweep` }];
    return [{ name: NAME, status: 'fail', detail, ...(hint !== undefined && { hint }) }];
  }
}

async function examine(reader: Reader, db: string, now: number): Promise<CheckResult> {
  const { duckdb, schema, sweeps, trials, measurements } = await databaseFacts(reader);
  const counts = `${formatCounted(sweeps, 'sweep')}, ${formatCounted(trials, 'trial')}, ${formatCounted(measurements, 'measurement')}`;
  const detail = `${db}: ${counts} (schema ${schema}, DuckDB ${duckdb.replace(/^v/, '')})`;
  // A running sweep would have noticed a damaged block, and must not be slowed down.
  if (reader.holder) return { name: NAME, status: 'ok', detail: `${detail}\n${heldBy(reader.holder, now)}` };
  await readEverything(reader);
  const writable = await access(db, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable) return { name: NAME, status: 'ok', detail };
  return {
    ...{ name: NAME, status: 'warn', detail: `${detail}\nit cannot be written, so no sweep can run on it` },
    hint: 'Correct its permissions, or name another database with --db.',
  };
}

const heldBy = ({ pid, sweep, startedAt }: Holder, now: number): string =>
  `in use by process ${pid}, which has run ${sweep} for ${formatDuration((now - startedAt) / 1000)}`;
