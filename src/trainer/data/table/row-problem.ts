import { InputError } from '../../../core/errors.js';
import { few } from '../datasets/few.js';
import type { Table } from './table.js';

/** Rows that share a problem, with what is to be said of each. */
export type Rows = ReadonlyMap<number, string>;

/**
 * An error that counts the rows with a problem and names the first ones with their lines: `3 of 900 rows of a.csv name images
 * that cannot be used: line 4 (b.png, not there), ...`.
 */
export function rowProblem(table: Table, code: string, rows: Rows, problem: string, hint: string): InputError {
  const named = [...rows].map(([row, detail]) => `${table.placeOf(row)}${detail === '' ? '' : ` (${detail})`}`);
  const message = `${rows.size} of ${table.rowCount} rows of ${table.path} ${problem}: ${few(named)}`;
  return new InputError(code, message, { hint });
}
