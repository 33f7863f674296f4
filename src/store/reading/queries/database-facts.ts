import type { DatabaseFacts } from '../../../core/results/database-report.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import { cellText } from '../../../core/results/query-result.js';

export async function databaseFacts(reader: Reader): Promise<DatabaseFacts> {
  const [row] = await readRows(
    reader,
    `select version(), (select max(version) from data.schema_versions), (select count(*) from data.sweeps),
       (select count(*) from data.trials), (select count(*) from data.epochs)`,
  );
  const [duckdb, schema, sweeps, trials, measurements] = row ?? [];
  return {
    duckdb: cellText(duckdb),
    schema: Number(schema),
    sweeps: Number(sweeps),
    trials: Number(trials),
    measurements: Number(measurements),
  };
}

/** Reads every block of every table, so that DuckDB verifies the checksums. Throws if a block is damaged. */
export async function readEverything(reader: Reader): Promise<void> {
  for (const table of TABLES) await readRows(reader, `select bit_xor(hash(t)) from data.${table} t`);
}

const TABLES = [
  ...['schema_versions', 'sweeps', 'revisions', 'trials', 'parameters', 'members', 'attempts', 'epochs', 'warnings'],
  ...['checkpoints', 'class_counts', 'confusion'],
] as const;
