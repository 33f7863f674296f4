import type { Cell, QueryResult, Row } from './query-result.js';

/** Runs read-only queries on a database, in the process that has access to the file. */
export interface Reader {
  /** The process that runs the queries; `undefined` if this process reads the file itself. */
  readonly holder: Holder | undefined;
  /**
   * Runs one SELECT (also WITH, VALUES, FROM, SHOW, DESCRIBE, SUMMARIZE). Other statements, and access to other files, are
   * refused.
   *
   * @throws {InputError} QUERY_INVALID, QUERY_NOT_READ_ONLY, QUERY_TOO_COMPLEX, QUERY_TIMED_OUT, QUERY_TOO_LARGE
   */
  query(sql: string, values?: readonly QueryValue[], signal?: AbortSignal): Promise<QueryResult>;
  close(): Promise<void>;
}

/** A value for `$1`, `$2`, ... of a query. */
export type QueryValue = string | number | boolean | null;

/** The process that has the database open for writing and answers queries for others. */
export interface Holder {
  readonly pid: number;
  /** Name of the sweep that it runs. */
  readonly sweep: string;
  /** Start of the process' work, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** All rows of a query with a small result. */
export async function readRows(reader: Reader, sql: string, values: readonly QueryValue[] = []): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of await reader.query(sql, values)) rows.push(...batch);
  return rows;
}

/** All rows of a query with a small result, as objects by column name. */
export async function readRecords(
  reader: Reader,
  sql: string,
  values: readonly QueryValue[] = [],
): Promise<Record<string, Cell>[]> {
  const result = await reader.query(sql, values);
  const records: Record<string, Cell>[] = [];
  for await (const batch of result) {
    for (const row of batch) {
      records.push(Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])));
    }
  }
  return records;
}
