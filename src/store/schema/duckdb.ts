import { createRequire } from 'node:module';
import type * as Package from '@duckdb/node-api';

export type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';

/**
 * DuckDB's client. `scripts/bundle-duckdb.mjs` bundles it into one file, which is used if it exists. Loaded with `require`
 * because an `import` makes Node scan each of the package's 180 CommonJS files for names. Both save start-up time of every
 * command that reads a database.
 */
export const duckdb = load();

function load(): typeof Package {
  const require = createRequire(import.meta.url);
  try {
    return require('./duckdb-api.cjs') as typeof Package;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    return require('@duckdb/node-api') as typeof Package;
  }
}

// A TIMESTAMPTZ is printed in UTC whatever the machine's zone, like every other time in the database.
duckdb.DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
