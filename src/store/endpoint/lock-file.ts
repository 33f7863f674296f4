import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomicallySync } from '../../platform/replace-file.js';
import type { Holder } from '../../core/results/reader.js';

/**
 * The file beside a database with the address of the process that has it open. Other processes send their queries there. It
 * locks nothing: DuckDB's own lock does. A file whose address does not answer is ignored.
 */
export interface LockFile extends Holder {
  /** On 127.0.0.1. */
  readonly port: number;
  /** 256 random bits in hexadecimal. A client proves with it that it can read this file. */
  readonly token: string;
}

export const lockPath = (database: string): string => `${database}.lock`;

/** Writes the file atomically, readable only by its owner. Replaces the file of a dead process. */
export function writeLockFile(database: string, lock: LockFile): void {
  writeFileAtomicallySync(lockPath(database), `${JSON.stringify(lock)}\n`, { mode: 0o600 });
}

/** `undefined` if the file does not exist, cannot be read, or is not valid. */
export function readLockFile(database: string): LockFile | undefined {
  try {
    const lock: unknown = JSON.parse(readFileSync(lockPath(database), 'utf8'));
    return isLockFile(lock) ? lock : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the file if it still has this token. */
export function removeLockFile(database: string, token: string): void {
  if (readLockFile(database)?.token === token) rmSync(lockPath(database), { force: true });
}

function isLockFile(value: unknown): value is LockFile {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, port, token, sweep, startedAt } = value as Record<string, unknown>;
  return (
    Number.isInteger(pid) &&
    Number.isInteger(port) &&
    typeof token === 'string' &&
    typeof sweep === 'string' &&
    typeof startedAt === 'number'
  );
}
