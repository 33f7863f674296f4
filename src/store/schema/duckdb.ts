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
 * DuckDB's client, made one file where the program is built as a whole (`scripts/bundle-duckdb.mjs`). Required instead of imported
 * because Node scans each of the package's 180 CommonJS files for names when it is imported. Every `sweep top` would wait for
 * both.
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
