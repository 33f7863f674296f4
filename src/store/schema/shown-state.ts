/**
 * SQL expression for the public state of a trial, given the alias of `data.trials`: `interrupted` for a trial that was running
 * when its process died, `superseded` for an earlier result, otherwise the status. The next sweep that opens the database
 * queues an interrupted trial again.
 */
export const shownState = (trials: string): string =>
  `case when ${trials}.status = 'running' and not ${IS_HELD} then 'interrupted'
     when ${isEarlierResult(trials)} then 'superseded' else ${trials}.status end`;

/** The key of a trial's earlier result, which `--fresh` keeps as a trial of its own with number `id`. */
export const earlierKey = (key: string, id: number): string => `${key}~${id}`;

/** SQL condition: a row of `data.trials`, given its alias, is an earlier result of a trial that `--fresh` trains again. */
export const isEarlierResult = (trials: string): string => `contains(${trials}.key, '~')`;

/** SQL condition: a process has the database open for writing. */
export const IS_HELD = '(from data.is_held)';

/** Begin of the names of copies that the process of a running sweep makes for queries: what they show as running does run. */
export const SNAPSHOT_PREFIX = 'snapshot-of-running-sweep-';

/**
 * The SELECT of the internal view `data.is_held`. Only the process that holds a database has write access to it. Other
 * processes send their queries to that process or, if there is none, open the file read-only; DuckDB's lock excludes a
 * read-only opening beside a writer. A view, because queries from other processes may not call table functions.
 */
export const IS_HELD_VIEW = `
  select not exists (
    from duckdb_databases() where readonly and not internal and not starts_with(database_name, '${SNAPSHOT_PREFIX}')
  ) as is_held`;
