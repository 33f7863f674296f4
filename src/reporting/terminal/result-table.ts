import { formatCounted } from '../format.js';
import { drawTable, type TableCell, type TableOptions } from './table.js';
import { formatCell } from '../../core/results/cell-text.js';
import type { Column, QueryResult } from '../../core/results/query-result.js';

/** Nobody reads more, and a table has to be in memory as a whole before its columns have a width. */
const MOST_ROWS = 10_000;

/** The result of a query as a table, every value as it is. */
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
  const more = rows.length > shown.length ? ', and there are more: --format csv gives all of them' : '';
  return `${drawTable(columns, shown, options)}${style.dim(`${count}${more}`)}\n`;
}

const alignOf = ({ shape }: Column): 'left' | 'right' => (shape === 'number' || shape === 'digits' ? 'right' : 'left');
