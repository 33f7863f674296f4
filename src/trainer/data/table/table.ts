import { InputError } from '../../../core/errors.js';

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
