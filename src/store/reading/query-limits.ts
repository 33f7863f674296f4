import { InputError, unreachable } from '../../core/errors.js';

export interface QueryLimits {
  /** From the start of the query to its last row. */
  readonly timeoutMs: number;
  readonly rows: number;
  /** By how much the process may grow meanwhile: DuckDB's own limit does not count all that its functions allocate. */
  readonly growthBytes: number;
}

export const NO_LIMITS: QueryLimits = { timeoutMs: Infinity, rows: Infinity, growthBytes: Infinity };

/** For SQL that a user wrote, while a sweep runs. */
export const USER_LIMITS: QueryLimits = { timeoutMs: 30_000, rows: 5_000_000, growthBytes: 512 * 2 ** 20 };

/** Why a query was ended early. */
export type Cancellation = 'timeout' | 'rows' | 'memory' | 'closed';

/** The error that the asker of a cancelled query gets. */
export function cancelledQuery(why: Cancellation, { timeoutMs, rows }: QueryLimits): InputError {
  switch (why) {
    case 'timeout':
      return new InputError('QUERY_TIMED_OUT', `the query was ended after ${timeoutMs / 1000} s`, {
        hint: 'While a sweep runs, queries must be quick. Ask for less, or ask again when the sweep has ended.',
      });
    case 'rows':
      return new InputError('QUERY_TOO_LARGE', `the query gives more than ${rows} rows`, {
        hint: 'Add a LIMIT or an aggregate, or ask again when the sweep has ended.',
      });
    case 'memory':
      return new InputError('QUERY_TOO_LARGE', 'the query needs too much memory', {
        hint: 'Ask for less at once: a WHERE, a LIMIT, fewer columns, shorter texts.',
      });
    case 'closed':
      return new InputError('QUERY_CANCELLED', 'the query was ended because the database was closed');
    default:
      return unreachable(why);
  }
}
