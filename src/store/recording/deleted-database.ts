import { readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from '../../platform/replace-file.js';

/** Copies of a database that was deleted while this process has it open. */
export interface RescuedDatabase {
  /** Moves the copies to the place of the deleted files. Close the database first: DuckDB deletes its log by name. */
  putInPlace(): Promise<void>;
}

/**
 * Copies a deleted database file and its write-ahead log, which stay readable as long as this process has them open. `undefined`
 * where the file was not deleted but moved, or where the system does not show open files (`/proc`).
 *
 * @param path - absolute, without symbolic links
 */
export async function rescueDatabase(path: string): Promise<RescuedDatabase | undefined> {
  const deleted = deletedFiles();
  const file = deleted.get(path);
  if (file === undefined) return undefined;
  const log = deleted.get(`${path}.wal`);
  const draft = `${path}.rescued`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await copyFile(file, draft);
    await syncPath(draft);
    if (log !== undefined) {
      await copyFile(log, `${draft}.wal`);
      await syncPath(`${draft}.wal`);
    }
  } catch (error) {
    rmSync(draft, { force: true });
    rmSync(`${draft}.wal`, { force: true });
    throw error;
  }
  return {
    putInPlace: async () => {
      // The log first: a file without its log would open, with the latest rows missing.
      if (log !== undefined) renameSync(`${draft}.wal`, `${path}.wal`);
      renameSync(draft, path);
      await syncPath(dirname(path));
    },
  };
}

const OPEN_FILES = '/proc/self/fd';
const DELETED = ' (deleted)';

/** Deleted files that this process has open: their former path, and a path at which they can be read. */
function deletedFiles(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const fd of listOpenFiles()) {
    const target = readLink(`${OPEN_FILES}/${fd}`);
    if (target?.endsWith(DELETED)) found.set(target.slice(0, -DELETED.length), `${OPEN_FILES}/${fd}`);
  }
  return found;
}

function listOpenFiles(): readonly string[] {
  try {
    return readdirSync(OPEN_FILES);
  } catch {
    return [];
  }
}

/** `undefined` for a file that was closed in the meantime. */
function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
