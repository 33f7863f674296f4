import { dirname } from 'node:path';
import { duckdb, type DuckDBConnection } from '../../schema/duckdb.js';
import type { QueryResult, Row } from '../../../core/results/query-result.js';
import { quoteName, quoteText } from '../../schema/sql-text.js';
import { formatCell } from '../../../core/results/cell-text.js';

/** Number of rows that are cast to their types at once. */
const STAGED_ROWS = 100_000;

/** Writes a result as a Parquet file with the types that DuckDB reported, by means of a database in memory. */
export async function writeParquet(result: QueryResult, path: string): Promise<void> {
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: '512MB',
    temp_directory: dirname(path),
  });
  const connection = await instance.connect();
  try {
    await createTables(connection, result);
    let staged: Row[] = [];
    for await (const rows of result) {
      staged = staged.concat(rows);
      if (staged.length >= STAGED_ROWS) await store(connection, result, staged.splice(0));
    }
    await store(connection, result, staged);
    await connection.run(`copy result to ${quoteText(path)} (format parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Creates a table with the result's types, and one that takes every value as text. */
async function createTables(connection: DuckDBConnection, { columns }: QueryResult): Promise<void> {
  const typed = columns.map(({ name, type }) => `${quoteName(name)} ${storable(type)}`);
  const texts = columns.map(({ name }) => `${quoteName(name)} varchar`);
  await connection.run(`create table result (${typed.join(', ')})`);
  await connection.run(`create table texts (${texts.join(', ')})`);
}

async function store(connection: DuckDBConnection, { columns }: QueryResult, rows: readonly Row[]): Promise<void> {
  const appender = await connection.createAppender('texts');
  for (const row of rows) {
    for (const [index, { shape }] of columns.entries()) {
      const text = formatCell(row[index] ?? null, shape);
      if (text === undefined) appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  }
  appender.closeSync();
  const casts = columns.map(({ name, type, shape }) => {
    // Lists and structs arrive as JSON.
    const isJson = typeof shape === 'object' && storable(type) === type;
    return `${quoteName(name)}${isJson ? '::json' : ''}::${storable(type)}`;
  });
  await connection.run(`insert into result select ${casts.join(', ')} from texts`);
  await connection.run('delete from texts');
}

/** The column type in the file: maps and unions are written as text. */
const storable = (type: string): string => (/\b(MAP|UNION)\(/.test(type) ? 'VARCHAR' : type);
