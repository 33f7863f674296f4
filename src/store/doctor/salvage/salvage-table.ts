import type { SalvagedTable } from '../../../core/results/database-report.js';
import type { DuckDBConnection } from '../../schema/duckdb.js';
import { quoteName } from '../../schema/sql-text.js';
import { isDamage } from '../../store-errors.js';

/** DuckDB reads this many rows at once: smaller ranges would not read more. */
const SMALLEST = 2_048;

interface Column {
  readonly name: string;
  readonly isNullable: boolean;
}

/**
 * Copies the readable rows of `source.data.<name>` to `target.data.<name>`. A range of rows that cannot be read is halved until
 * only the rows in unreadable blocks are left; of these, columns that may be NULL are given up before the rows are.
 *
 * @param rows - of the table, deleted ones included
 */
export async function salvageTable(connection: DuckDBConnection, name: string, rows: number): Promise<SalvagedTable> {
  const columns = await columnsOf(connection, name);
  const emptied = new Set<string>();
  let [saved, lost] = [0, 0];
  const copy = (where: string, unreadable: ReadonlySet<string>): Promise<number> => {
    const selected = columns.map((column) => (unreadable.has(column.name) ? 'null' : quoteName(column.name)));
    return insert(
      connection,
      `insert into target.data.${name} select ${selected.join(', ')} from source.data.${name} ${where}`,
    );
  };
  const salvage = async (from: number, to: number): Promise<void> => {
    const where = `where rowid >= ${from} and rowid < ${to}`;
    try {
      saved += await copy(where, new Set());
      return;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    if (to - from > SMALLEST) {
      const middle = from + Math.ceil((to - from) / 2 / SMALLEST) * SMALLEST;
      await salvage(from, middle);
      return salvage(middle, to);
    }
    const unreadable = await unreadableColumns(connection, name, columns, where);
    if (unreadable.every(({ isNullable }) => isNullable)) {
      saved += await copy(where, new Set(unreadable.map((column) => column.name)));
      for (const column of unreadable) emptied.add(column.name);
    } else {
      lost += to - from;
    }
  };
  await salvage(0, Math.max(rows, 1));
  return { name, saved, lost, emptied: [...emptied] };
}

async function columnsOf(connection: DuckDBConnection, table: string): Promise<Column[]> {
  const columns = await connection.runAndReadAll(
    `select column_name, is_nullable from duckdb_columns()
     where database_name = 'source' and schema_name = 'data' and table_name = $1 order by column_index`,
    [table],
  );
  return columns.getRows().map(([name, isNullable]) => ({ name: String(name), isNullable: isNullable === true }));
}

async function unreadableColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  where: string,
): Promise<Column[]> {
  const unreadable: Column[] = [];
  for (const column of columns) {
    try {
      await connection.run(`select bit_xor(hash(${quoteName(column.name)})) from source.data.${table} ${where}`);
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable.push(column);
    }
  }
  return unreadable;
}

async function insert(connection: DuckDBConnection, sql: string): Promise<number> {
  return (await connection.run(sql)).rowsChanged;
}
