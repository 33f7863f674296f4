import { readCsv } from './read-csv.js';
import { readParquet } from './read-parquet.js';
import { invalidTable, type Table } from './table.js';

/**
 * Opens a CSV or Parquet file, chosen by its extension.
 *
 * @throws InputError DATASET_TABLE_INVALID with file, line and column; DATASET_UNREADABLE
 */
export async function openTable(path: string): Promise<Table> {
  const table = /\.csv$/i.test(path) ? await readCsv(path) : await readParquet(path);
  const repeated = table.columns.find((name, index) => table.columns.indexOf(name) !== index);
  if (repeated !== undefined) throw invalidTable(path, `has two columns named "${repeated}"`, 'Rename one of them.');
  if (table.rowCount === 0) throw invalidTable(path, 'has no rows', 'A dataset needs one row per image.');
  return table;
}

/** Whether a file is read as a table, by its extension. */
export const isTable = (path: string): boolean => /\.(csv|parquet)$/i.test(path);
