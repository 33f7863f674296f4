/**
 * SQL expression for the public state of a trial with this status: `interrupted` for a trial that was running when its process
 * died, otherwise the status. The next sweep that opens the database queues such a trial again.
 */
export const shownState = (status: string): string =>
  `case when ${status} = 'running' and not ${IS_HELD} then 'interrupted' else ${status} end`;

/** SQL condition: a process has the database open for writing. */
export const IS_HELD = '(from data.is_held)';

/**
 * The SELECT of the internal view `data.is_held`. Only the process that holds a database has write access to it. Other
 * processes send their queries to that process or, if there is none, open the file read-only; DuckDB's lock excludes a
 * read-only opening beside a writer. A view, because queries from other processes may not call table functions.
 */
export const IS_HELD_VIEW = 'select not exists (from duckdb_databases() where readonly and not internal) as is_held';
