import { EnvironmentError, InputError } from '../../core/errors.js';
import type { DuckDBConnection } from './duckdb.js';
import { isUnknownTable } from '../store-errors.js';
import { MIGRATIONS } from './migration-list.js';

/**
 * Applies the missing migrations, each in its own transaction. `at` is milliseconds since 1970.
 *
 * @throws {EnvironmentError} STORE_TOO_NEW
 */
export async function migrate(connection: DuckDBConnection, path: string, at: number): Promise<void> {
  const current = await schemaVersion(connection);
  assertNotNewer(path, current);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < current) continue;
    const applied = `insert into data.schema_versions values (${index + 1}, epoch_ms(${Math.round(at)}))`;
    await connection.run(`begin; ${sql}; ${applied}; commit;`);
  }
}

/**
 * Checks that a database opened read-only, which cannot be migrated, has this version's schema.
 *
 * @throws {EnvironmentError} STORE_TOO_NEW, STORE_TOO_OLD, STORE_DAMAGED
 * @throws {InputError} NOT_A_DATABASE if another program made it
 */
export async function assertReadable(connection: DuckDBConnection, path: string): Promise<void> {
  const version = await ourVersion(connection, path);
  assertNotNewer(path, version);
  if (version < MIGRATIONS.length) {
    throw new EnvironmentError('STORE_TOO_OLD', `${path} was written by an older version of sweepwright`, {
      hint: 'Make the file writable: the next command that opens it migrates it.',
    });
  }
  if (!(await hasViews(connection))) throw withoutLog(path);
}

/** The views are in the write-ahead log until the first checkpoint. */
async function hasViews(connection: DuckDBConnection): Promise<boolean> {
  const views = await connection.runAndReadAll("select 1 from duckdb_views() where view_name = 'leaderboard'");
  return views.currentRowCount > 0;
}

function withoutLog(path: string): EnvironmentError {
  return new EnvironmentError('STORE_DAMAGED', `${path} is damaged: it has no results and no views`, {
    hint: `They are in ${path}.wal until the first checkpoint: if that file was moved, put it back. sweep run starts anew with this file.`,
  });
}

/** The schema's version, from 1. @throws {InputError} NOT_A_DATABASE if another program made the database */
export async function ourVersion(connection: DuckDBConnection, path: string): Promise<number> {
  const version = await schemaVersion(connection);
  if (version > 0) return version;
  throw new InputError('NOT_A_DATABASE', `${path} is a DuckDB database, but sweepwright did not make it`, {
    hint: 'Name another file with --db.',
  });
}

/** Writes the current version into the table of versions if its rows are lost. */
export async function assumeSchemaVersion(connection: DuckDBConnection): Promise<void> {
  if ((await schemaVersion(connection)) > 0) return;
  await connection.run(`insert into data.schema_versions values (${MIGRATIONS.length}, epoch_ms(0))`);
}

function assertNotNewer(path: string, version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new EnvironmentError(
    'STORE_TOO_NEW',
    `${path} was written by a newer version of sweepwright (schema ${version}, this one knows ${MIGRATIONS.length})`,
    { hint: 'Update sweepwright, or name another database with --db.' },
  );
}

/** 0 if the database has no schema of this program. */
async function schemaVersion(connection: DuckDBConnection): Promise<number> {
  try {
    const versions = await connection.runAndReadAll('select max(version) from data.schema_versions');
    return Number(versions.getRows()[0]?.[0] ?? 0);
  } catch (error) {
    if (isUnknownTable(error)) return 0;
    throw error;
  }
}
