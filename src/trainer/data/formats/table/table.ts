import { InputError } from '../../../../core/errors.js';
import { shortList } from '../../files/name-lists.js';

/** A cell as text, `''` if it is empty; a list of texts for a list in a Parquet file. */
export type Cell = string | readonly string[];

/** A CSV or Parquet file. */
export interface Table {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Reads all values of a column, by row number. Throws InputError DATASET_TABLE_INVALID. */
  column(name: string): Promise<readonly Cell[]>;
  /** Name of a row (counted from 0) in messages: `line 12`. */
  placeOf(row: number): string;
}

/** InputError DATASET_TABLE_INVALID. */
export const invalidTable = (place: string, problem: string, hint: string): InputError =>
  new InputError('DATASET_TABLE_INVALID', `${place} ${problem}`, { hint });

/** Rows with the same problem: details by row number, `''` for none. */
export type Rows = ReadonlyMap<number, string>;

/**
 * InputError that counts the rows with a problem and names the first ones: `3 of 900 rows of a.csv have no usable image in
 * "path": line 4 (b.png: not found), ...`.
 */
export function rowProblem(table: Table, code: string, rows: Rows, problem: string, hint: string): InputError {
  const named = [...rows].map(([row, detail]) => `${table.placeOf(row)}${detail === '' ? '' : ` (${detail})`}`);
  const message = `${rows.size} of ${table.rowCount} rows of ${table.path} ${problem}: ${shortList(named)}`;
  return new InputError(code, message, { hint });
}
