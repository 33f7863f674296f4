import { cellText } from '../store/formats/text.js';
import type { Column, QueryResult } from '../store/query-result.js';
import { formatCount } from '../reporting/format.js';
import { drawTable, type TableOptions } from '../reporting/table.js';

/** The result of a query as a table, every value as it is. */
export async function resultTable(result: QueryResult, options: TableOptions): Promise<string> {
  const rows: string[][] = [];
  for await (const batch of result) {
    for (const row of batch) {
      rows.push(
        result.columns.map(({ shape }, index) => cellText(row[index] ?? null, shape) ?? options.style.dim('NULL')),
      );
    }
  }
  const columns = result.columns.map((column) => ({ title: column.name, align: alignOf(column) }));
  const count = options.style.dim(`${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`);
  return `${drawTable(columns, rows, options)}${count}\n`;
}

const alignOf = ({ shape }: Column): 'left' | 'right' => (shape === 'number' || shape === 'digits' ? 'right' : 'left');
