import type { Holder, QueryValue } from '../../core/results/reader.js';
import type { Cell, QueryResult, Shape } from '../../core/results/query-result.js';
import type { Leaderboard } from '../../core/results/leaderboard.js';
import { DEFAULT_DATABASE } from '../result-folders.js';

/** An open database of results. Read-only, also while a sweep runs on it. */
export interface Results {
  /** The process that runs a sweep on the database and answers the queries; `undefined` if no sweep runs. */
  readonly holder: Holder | undefined;
  /**
   * All rows of one SELECT as objects by column name. `values` replace `$1`, `$2`, ... docs/views.md lists the views. A BIGINT or
   * DECIMAL is a number if a number holds it exactly, otherwise text.
   *
   * @throws {InputError} QUERY_INVALID, QUERY_NOT_READ_ONLY, QUERY_TOO_COMPLEX, QUERY_TIMED_OUT, QUERY_TOO_LARGE
   */
  query(sql: string, values?: readonly QueryValue[]): Promise<Record<string, Cell>[]>;
  /** The rows in batches, for results that do not fit into memory. Throws as `query` does. */
  stream(sql: string, values?: readonly QueryValue[]): Promise<QueryResult>;
  /**
   * The best trials of a sweep.
   *
   * @param sweep - default: the one that ran last
   * @param count - default: 10
   * @throws {InputError} UNKNOWN_SWEEP, NO_SWEEPS
   */
  leaderboard(sweep?: string, count?: number): Promise<Leaderboard>;
  close(): Promise<void>;
}

/**
 * Opens a database of results for queries.
 *
 * @example
 * const results = await openResults('results/sweeps.duckdb');
 * const best = await results.query('SELECT trial, objective FROM leaderboard WHERE rank <= $1', [5]);
 * await results.close();
 *
 * @param db - path of the database. Default: `results/sweeps.duckdb`
 * @throws {InputError} NO_DATABASE
 * @throws {EnvironmentError} for a database that is damaged, or that another version wrote
 */
export async function openResults(db: string = DEFAULT_DATABASE): Promise<Results> {
  const [{ connect }, { leaderboardOf }, { resolveSweep }] = await Promise.all([
    import('../../store/reading/connect.js'),
    import('../reading/read-leaderboard.js'),
    import('../../store/reading/queries/sweep-names.js'),
  ]);
  const reader = await connect(db, { origin: 'user' });
  return {
    holder: reader.holder,
    query: async (sql, values) => recordsOf(await reader.query(sql, values)),
    stream: (sql, values) => reader.query(sql, values),
    leaderboard: async (sweep, count = 10) => leaderboardOf(reader, await resolveSweep(reader, sweep), count),
    close: () => reader.close(),
  };
}

async function recordsOf(result: QueryResult): Promise<Record<string, Cell>[]> {
  const records: Record<string, Cell>[] = [];
  for await (const batch of result) {
    for (const row of batch) {
      records.push(
        Object.fromEntries(
          result.columns.map(({ name, shape }, index) => [name, plainCell(row[index] ?? null, shape)]),
        ),
      );
    }
  }
  return records;
}

const plainCell = (cell: Cell, shape: Shape): Cell =>
  shape === 'digits' && typeof cell === 'string' && String(Number(cell)) === cell ? Number(cell) : cell;
