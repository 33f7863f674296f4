import { type Reader, readRows } from '../../core/results/reader.js';
import { connect } from './connect.js';
import type { StoredSweep } from '../../core/trial/declaration.js';
import { resolveSweep } from './queries/sweep-names.js';
import { SELECT_REVISION, SELECT_SWEEPS, storedSweep } from '../schema/revision.js';

/**
 * The latest declaration of a sweep in a database. Without a name: of the sweep that ran last.
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

/** The latest declaration of the sweep with this name; `undefined` if there is none. */
export async function knownSweep(reader: Reader, name: string): Promise<StoredSweep | undefined> {
  const [row] = await readRows(reader, `from (${SELECT_SWEEPS}) where name = $1`, [name]);
  return row && storedSweep(row);
}

/** The declaration of a sweep at a revision, which must exist. */
export async function sweepAt(reader: Reader, name: string, revision: number): Promise<StoredSweep> {
  const [row] = await readRows(reader, SELECT_REVISION, [name, revision]);
  return storedSweep(row!);
}
