import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError, InputError } from '../../../core/errors.js';
import type { Salvage, SalvagedTable } from '../../../core/results/database-report.js';
import { existsAsFile } from '../../schema/database-file.js';
import { duckdb, type DuckDBConnection } from '../../schema/duckdb.js';
import { assumeSchemaVersion } from '../../schema/migrations.js';
import { isDamage, storeError } from '../../store-errors.js';
import { openStore } from '../../store.js';
import { salvageTable } from './salvage-table.js';

export interface SalvageOptions {
  /** The damaged database. It is not changed. */
  readonly path: string;
  /** The new database. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Copies what can be read from a damaged database into a new one, which appears under its name when it is complete.
 *
 * @throws {InputError} NO_DATABASE, NOT_A_DATABASE, FILE_EXISTS
 * @throws {EnvironmentError} NOTHING_READABLE, STORE_LOCKED, STORE_UNWRITABLE, DISK_FULL
 */
export async function salvageDatabase({ path, to, now }: SalvageOptions): Promise<Salvage> {
  if (!existsAsFile(path)) throw new InputError('NO_DATABASE', `${path} does not exist`);
  if (existsSync(to)) {
    throw new InputError('FILE_EXISTS', `${to} exists already`, { hint: 'Name a new file with --salvage.' });
  }
  mkdirSync(dirname(to), { recursive: true });
  const draft = join(dirname(to), `.${basename(to)}.${process.pid}.salvage`);
  const drafts = [draft, `${draft}.wal`, `${draft}.source`];
  try {
    const salvage = await copyReadable(path, draft);
    // Migrates it and makes the views.
    await (await openStore(draft, { now })).close();
    renameSync(draft, to);
    return salvage;
  } catch (error) {
    throw storeError(to, error);
  } finally {
    for (const file of drafts) rmSync(file, { force: true });
  }
}

async function copyReadable(path: string, draft: string): Promise<Salvage> {
  const instance = await duckdb.DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' });
  try {
    const connection = await instance.connect();
    const isLogLost = await attachSource(connection, path, `${draft}.source`);
    await connection.run(`attach ${quoted(draft)} as target; use target; create schema data`);
    const tables: SalvagedTable[] = [];
    for (const { name, rows, sql } of await tablesOf(connection)) {
      await connection.run(sql);
      tables.push(await salvageTable(connection, name, rows));
    }
    await assumeSchemaVersion(connection);
    await connection.run('checkpoint target');
    return { tables, isLogLost };
  } finally {
    instance.closeSync();
  }
}

/** Attaches the damaged database as `source`: if its write-ahead log is unreadable, a copy without the log. Returns whether. */
async function attachSource(connection: DuckDBConnection, path: string, copy: string): Promise<boolean> {
  const attach = (file: string): Promise<unknown> => connection.run(`attach ${quoted(file)} as source (read_only)`);
  try {
    await attach(path);
    return false;
  } catch (error) {
    if (!isDamage(error)) throw storeError(path, error);
    if (!existsSync(`${path}.wal`)) throw nothingReadable(path, error);
  }
  copyFileSync(path, copy);
  await attach(copy).catch((error: unknown) => {
    throw nothingReadable(path, error);
  });
  return true;
}

function nothingReadable(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError('NOTHING_READABLE', `nothing can be read from ${path}: its list of tables is damaged`, {
    hint: 'Restore a copy of the file.',
    cause,
  });
}

interface SourceTable {
  readonly name: string;
  /** Rows, deleted ones included. */
  readonly rows: number;
  /** The statement that creates the table. */
  readonly sql: string;
}

async function tablesOf(connection: DuckDBConnection): Promise<SourceTable[]> {
  const tables = await connection.runAndReadAll(
    `select table_name, estimated_size::double, sql from duckdb_tables()
     where database_name = 'source' and schema_name = 'data' order by table_oid`,
  );
  return tables.getRows().map(([name, rows, sql]) => ({ name: String(name), rows: Number(rows), sql: String(sql) }));
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
