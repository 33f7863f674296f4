import { InputError } from '../../../../core/errors.js';
import { shortList } from '../../files/name-lists.js';

/** A cell as text, `''` where it is empty; a list where a Parquet file holds lists. */
export type Cell = string | readonly string[];

/** The rows of a CSV or Parquet file. */
export interface Table {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** All values of a column of this name, in the order of the rows. Throws InputError DATASET_TABLE_INVALID. */
  column(name: string): Promise<readonly Cell[]>;
  /** What a message calls a row, from 0: `line 12`. */
  placeOf(row: number): string;
}

export const invalidTable = (place: string, problem: string, hint: string): InputError =>
  new InputError('DATASET_TABLE_INVALID', `${place} ${problem}`, { hint });

/** Rows that share a problem, with what is to be said of each. */
export type Rows = ReadonlyMap<number, string>;

/**
 * An error that counts the rows with a problem and names the first ones with their lines: `3 of 900 rows of a.csv name images
 * that cannot be used: line 4 (b.png, not there), ...`.
 */
export function rowProblem(table: Table, code: string, rows: Rows, problem: string, hint: string): InputError {
  const named = [...rows].map(([row, detail]) => `${table.placeOf(row)}${detail === '' ? '' : ` (${detail})`}`);
  const message = `${rows.size} of ${table.rowCount} rows of ${table.path} ${problem}: ${shortList(named)}`;
  return new InputError(code, message, { hint });
}
