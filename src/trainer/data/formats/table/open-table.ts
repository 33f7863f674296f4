import { readCsv } from './read-csv.js';
import { readParquet } from './read-parquet.js';
import { invalidTable, type Table } from './table.js';

/** Throws InputError DATASET_TABLE_INVALID with file, line and column, or DATASET_UNREADABLE. */
export async function openTable(path: string): Promise<Table> {
  const table = /\.csv$/i.test(path) ? await readCsv(path) : await readParquet(path);
  const repeated = table.columns.find((name, index) => table.columns.indexOf(name) !== index);
  if (repeated !== undefined) throw invalidTable(path, `has two columns named "${repeated}"`, 'Rename one of them.');
  if (table.rowCount === 0) throw invalidTable(path, 'has no rows', 'A dataset has one row for each image.');
  return table;
}
