import { type Reader, readRows } from '../../core/results/reader.js';
import { connect } from './connect.js';
import type { StoredSweep } from '../../core/declaration.js';
import { resolveSweep } from './queries/sweep-names.js';
import { SELECT_REVISION, SELECT_SWEEPS, storedSweep } from '../schema/revision.js';

/**
 * What a sweep in a database was declared to be, last; the one that ran last where no name is given.
 *
 * @throws {InputError} NO_DATABASE, NO_SWEEPS, UNKNOWN_SWEEP
 */
export async function findSweep(database: string, name?: string): Promise<StoredSweep> {
  const reader = await connect(database);
  try {
    return (await knownSweep(reader, await resolveSweep(reader, name)))!;
  } finally {
    await reader.close();
  }
}

/** The same of one name; `undefined` where there is no such sweep. */
export async function knownSweep(reader: Reader, name: string): Promise<StoredSweep | undefined> {
  const [row] = await readRows(reader, `from (${SELECT_SWEEPS}) where name = $1`, [name]);
  return row && storedSweep(row);
}

/** What a sweep was declared to be at a revision that the database has. */
export async function sweepAt(reader: Reader, name: string, revision: number): Promise<StoredSweep> {
  const [row] = await readRows(reader, SELECT_REVISION, [name, revision]);
  return storedSweep(row!);
}
