import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomicallySync } from '../../platform/replace-file.js';
import type { Holder } from '../../core/results/reader.js';

/**
 * What the process that holds a database leaves beside it, so that others can ask it. DuckDB's lock is what keeps them out;
 * this file is only an address, and one that nobody answers at is worth nothing.
 */
export interface LockFile extends Holder {
  /** On 127.0.0.1. */
  readonly port: number;
  /** 256 random bits in hexadecimal: who can read this file may ask. */
  readonly token: string;
}

export const lockPath = (database: string): string => `${database}.lock`;

/** Puts the file in place in one step, readable by its owner alone. One of a dead process is replaced. */
export function writeLockFile(database: string, lock: LockFile): void {
  writeFileAtomicallySync(lockPath(database), `${JSON.stringify(lock)}\n`, { mode: 0o600 });
}

/** `undefined` where there is none, or nothing that can be read. */
export function readLockFile(database: string): LockFile | undefined {
  try {
    const lock: unknown = JSON.parse(readFileSync(lockPath(database), 'utf8'));
    return isLockFile(lock) ? lock : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the file if it is still the one with this token. */
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
