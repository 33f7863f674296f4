/** What a query answers, whoever ran it: plain data, so it crosses a process unchanged. */

/**
 * A value of a result. Numbers stand where a double is what DuckDB has (and small integers); what a double cannot hold is text:
 * BIGINT, HUGEINT and DECIMAL in digits, `NaN`, `Infinity` and `-Infinity`, and every date and time as DuckDB prints it, in
 * UTC. A MAP is a list of `{key, value}`.
 */
export type Cell = null | boolean | number | string | readonly Cell[] | { readonly [name: string]: Cell };

/** How to read the cells of a column. `digits` are numbers in text, `json` is a document in text. */
export type Shape =
  'boolean' | 'number' | 'digits' | 'text' | 'json' | { readonly list: Shape } | { readonly fields: readonly Field[] };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

export interface Column {
  /** Unique within a result. */
  readonly name: string;
  /** DuckDB's name of its type, e.g. `DOUBLE` or `STRUCT(a INTEGER)`. */
  readonly type: string;
  readonly shape: Shape;
}

export type Row = readonly Cell[];

/** A cell that is known to hold text; anything else as JSON. */
export const cellText = (cell: Cell | undefined): string =>
  typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);

/** A cell of any numeric type as the nearest double; `undefined` where there is none. */
export const cellNumber = (cell: Cell | undefined): number | undefined => (cell == null ? undefined : Number(cell));

/** Rows as they come. Iterate to the end, break off, or `close()`: until then the query holds its place. */
export interface QueryResult extends AsyncIterable<readonly Row[]> {
  readonly columns: readonly Column[];
  close(): Promise<void>;
}

/** A value for `$1`, `$2`, ... of a query. */
export type QueryValue = string | number | boolean | null;

/** The process that has the database open for writing and answers for it. */
export interface Holder {
  readonly pid: number;
  /** Name of the sweep it runs. */
  readonly sweep: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Answers read-only queries on a database, through whichever process may read it. */
export interface Reader {
  /** The running process that is asked; `undefined` where this one reads the file itself. */
  readonly holder: Holder | undefined;
  /**
   * One SELECT (also WITH, VALUES, FROM, SHOW, DESCRIBE, SUMMARIZE); nothing else runs, and no other file is reached.
   *
   * @throws {InputError} QUERY_INVALID, QUERY_NOT_READ_ONLY, QUERY_TOO_COMPLEX, QUERY_TIMED_OUT, QUERY_TOO_LARGE
   */
  query(sql: string, values?: readonly QueryValue[], signal?: AbortSignal): Promise<QueryResult>;
  close(): Promise<void>;
}

/** All rows of a query whose result is known to be small. */
export async function readRows(reader: Reader, sql: string, values: readonly QueryValue[] = []): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of await reader.query(sql, values)) rows.push(...batch);
  return rows;
}

/** The same as objects by column name. */
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
