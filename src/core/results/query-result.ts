/**
 * A value of a query's result: plain data, so it crosses processes unchanged. Doubles and integers of up to 32 bits are
 * numbers. Values that a double or JSON cannot hold are text: BIGINT, HUGEINT and DECIMAL as digits, `NaN`, `Infinity` and
 * `-Infinity`, and dates and times as DuckDB prints them, in UTC. A MAP is a list of `{key, value}`.
 */
export type Cell = null | boolean | number | string | readonly Cell[] | { readonly [name: string]: Cell };

/** How to interpret the cells of a column. `digits`: a number as text; `json`: a JSON document as text. */
export type Shape =
  'boolean' | 'number' | 'digits' | 'text' | 'json' | { readonly list: Shape } | { readonly fields: readonly Field[] };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

export interface Column {
  /** Unique within a result. */
  readonly name: string;
  /** DuckDB's type name, e.g. `DOUBLE` or `STRUCT(a INTEGER)`. */
  readonly type: string;
  readonly shape: Shape;
}

export type Row = readonly Cell[];

/** A cell of a text column as a string; any other cell as JSON. */
export const cellText = (cell: Cell | undefined): string =>
  typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);

/** The items of a cell that is a list; none for NULL. */
export const cellTexts = (cell: Cell | undefined): string[] =>
  Array.isArray(cell) ? (cell as readonly Cell[]).map((item) => cellText(item)) : [];

/** A cell of any numeric type as the nearest double; `undefined` for NULL. */
export const cellNumber = (cell: Cell | undefined): number | undefined => (cell == null ? undefined : Number(cell));

/**
 * Rows, streamed in batches. The query occupies one of the few places for queries until the iteration ends, is broken off, or
 * `close()` is called.
 */
export interface QueryResult extends AsyncIterable<readonly Row[]> {
  readonly columns: readonly Column[];
  close(): Promise<void>;
}

