import type { Holder } from './reader.js';

/** Versions and sizes of a database. */
export interface DatabaseFacts {
  readonly duckdb: string;
  readonly schema: number;
  readonly sweeps: number;
  readonly trials: number;
  /** Metric values, over all trials and epochs. */
  readonly measurements: number;
}

/** The result of checking one invariant of a database. */
export interface Finding {
  /** The invariant, as a sentence. */
  readonly says: string;
  /** Number of violations. */
  readonly count: number;
  /** The first violations. */
  readonly examples: readonly string[];
  /** What a repair does; `undefined` if no repair is safe. */
  readonly repair: string | undefined;
}

/** All findings on one database. */
export interface Inspection {
  /** The process that answered, if a sweep is running. Its running trials and its files change meanwhile and are not checked. */
  readonly holder: Holder | undefined;
  readonly findings: readonly Finding[];
}

/** The findings of a database check, and those that remain after a repair. */
export interface RecordsReport extends Inspection {
  /** Violations of each finding that are left at the end; without a repair as many as were found. */
  readonly left: readonly number[];
}

/** What could be read from one table of a damaged database. */
export interface SalvagedTable {
  readonly name: string;
  /** Rows in the new database. */
  readonly saved: number;
  /** Rows that could not be read; an upper limit, because it includes rows that were deleted. */
  readonly lost: number;
  /** Columns of which some values could not be read. They are NULL in the new database. */
  readonly emptied: readonly string[];
}

/** What could be read from a damaged database. */
export interface Salvage {
  readonly tables: readonly SalvagedTable[];
  /** Whether the write-ahead log could not be read: the rows since the last checkpoint are lost. */
  readonly isLogLost: boolean;
}
