import { InputError } from '../../core/errors.js';
import { duckdb, type DuckDBConnection } from '../schema/duckdb.js';
import { PUBLIC_VIEWS } from '../schema/views.js';
import { messageOf } from '../store-errors.js';

/** The error for a query that DuckDB cannot parse or plan, with a hint about the columns that exist. */
export async function invalidQuery(connection: DuckDBConnection, sql: string, thrown: unknown): Promise<InputError> {
  const message = messageOf(thrown).replace('Failed to extract statements: ', '').trim();
  const hint = (await quotesMissing(connection, sql, message)) ?? (await whatThereIs(connection, sql));
  return new InputError('QUERY_INVALID', message, { hint, cause: thrown });
}

/** A parameter's name may have a dot (`opt.lr`), which SQL reads as table and column. */
async function quotesMissing(connection: DuckDBConnection, sql: string, message: string): Promise<string | undefined> {
  const prefix = /Referenced table "(.+?)" not found|does not have a column named "(.+?)"/.exec(message)?.slice(1);
  if (!prefix) return undefined;
  const dotted = await connection.runAndReadAll(
    `select distinct column_name from duckdb_columns()
     where schema_name = 'main' and starts_with(lower(column_name), lower($1) || '.')
       and contains(lower($2), lower(column_name))
     order by length(column_name) desc`,
    [(prefix[0] ?? prefix[1])!, sql],
  );
  const [name] = dotted.getRows()[0] ?? [];
  return typeof name === 'string' ? `A column's name with a dot needs quotes: "${name}"` : undefined;
}

/** The columns of the views that the query names; all views where it names none. */
async function whatThereIs(connection: DuckDBConnection, sql: string): Promise<string> {
  const named = PUBLIC_VIEWS.filter((view) => new RegExp(`\\b${view}\\b`, 'i').test(sql));
  const lists = await connection.runAndReadAll(
    `select view, string_agg(column_name, ', ' order by column_index)
     from duckdb_columns() join (select unnest($1::varchar[]) as view) on view = table_name
     where schema_name = 'main' group by view order by view`,
    [duckdb.listValue(named)],
    [duckdb.LIST(duckdb.VARCHAR)],
  );
  if (lists.currentRowCount === 0) return `Views: ${PUBLIC_VIEWS.join(', ')}. DESCRIBE leaderboard lists its columns.`;
  return lists
    .getRows()
    .map(([view, columns]) => `Columns of ${String(view)}: ${String(columns)}.`)
    .join('\n');
}
