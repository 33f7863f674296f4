import { formatCounted } from '../../../core/format.js';
import { drawTable, type TableCell, type TableOptions } from './table.js';
import { formatCell } from '../../../core/results/cell-text.js';
import type { Column, QueryResult } from '../../../core/results/query-result.js';

/** Largest number of rows of a table: the widths of its columns are known only when all rows are in memory. */
const MOST_ROWS = 10_000;

/** The result of a query as a table, with every value in full. */
export async function resultTable(result: QueryResult, options: TableOptions): Promise<string> {
  const { style } = options;
  const rows: TableCell[][] = [];
  for await (const batch of result) {
    for (const row of batch) {
      rows.push(
        result.columns.map(
          ({ shape }, index) => formatCell(row[index] ?? null, shape) ?? { text: 'NULL', paint: style.dim },
        ),
      );
    }
    if (rows.length > MOST_ROWS) break;
  }
  const shown = rows.slice(0, MOST_ROWS);
  const columns = result.columns.map((column) => ({ title: column.name, align: alignOf(column) }));
  const count = formatCounted(shown.length, 'row');
  const more = rows.length > shown.length ? ', and there are more: --format csv prints all of them' : '';
  return `${drawTable(columns, shown, options)}${style.dim(`${count}${more}`)}\n`;
}

const alignOf = ({ shape }: Column): 'left' | 'right' => (shape === 'number' || shape === 'digits' ? 'right' : 'left');
