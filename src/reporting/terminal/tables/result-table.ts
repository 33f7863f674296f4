import { formatCounted, formatParam, notationOf } from '../../../core/format.js';
import { drawTable, type TableCell, type TableOptions } from './table.js';
import { formatCell } from '../../../core/results/cell-text.js';
import type { Cell, Column, QueryResult, Row } from '../../../core/results/query-result.js';

/** Largest number of rows of a table: the widths of its columns are known only when all rows are in memory. */
const MOST_ROWS = 10_000;

/**
 * The result of a query as a table: text in full, numbers in six significant digits. Whole numbers keep all of theirs, and so does
 * every number in the other formats.
 */
export async function resultTable(result: QueryResult, options: TableOptions): Promise<string> {
  const { style } = options;
  const rows: Row[] = [];
  for await (const batch of result) {
    rows.push(...batch);
    if (rows.length > MOST_ROWS) break;
  }
  const notations = result.columns.map((_, index) => notationOf(rows.map((row) => row[index])));
  const cell = (value: Cell, index: number): TableCell =>
    typeof value === 'number' && !Number.isInteger(value)
      ? formatParam(value, notations[index])
      : (formatCell(value, result.columns[index]!.shape) ?? { text: 'NULL', paint: style.dim });
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((row) => result.columns.map((_, index) => cell(row[index] ?? null, index)));
  const columns = result.columns.map((column) => ({ title: column.name, align: alignOf(column) }));
  const count = formatCounted(shown.length, 'row');
  const more = rows.length > shown.length ? ', and there are more: --format csv prints all of them' : '';
  return `${drawTable(columns, shown, options)}${style.dim(`${count}${more}`)}\n`;
}

const alignOf = ({ shape }: Column): 'left' | 'right' => (shape === 'number' || shape === 'digits' ? 'right' : 'left');
