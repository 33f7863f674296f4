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
 * DuckDB's client. Required instead of imported because Node scans each of the package's 150 CommonJS files for names when it
 * is imported, and every `sweep top` would wait 60 ms for that.
 */
export const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof Package;

// A TIMESTAMPTZ is printed in UTC whatever the machine's zone, like every other time in the database.
duckdb.DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
