import { EnvironmentError, InputError, SweepwrightError } from '../core/errors.js';

/** Another process has the database open for writing, and only one can. */
export class StoreLockedError extends EnvironmentError {
  /** Process id of the holder, where DuckDB reports it. */
  readonly pid: number | undefined;

  constructor(
    path: string,
    pid: number | undefined,
    options: { readonly sweep?: string; readonly cause?: unknown } = {},
  ) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    const work = options.sweep === undefined ? '' : `, which runs the sweep "${options.sweep}"`;
    super('STORE_LOCKED', `${path} is in use by ${holder}${work}`, {
      hint:
        options.sweep === undefined
          ? 'Wait until that process has ended, or name another database with --db.'
          : 'sweep status, top, show and sql work while it runs. For anything else, wait until it has ended, end it with Ctrl-C, or name another database with --db.',
      cause: options.cause,
    });
    this.pid = pid;
  }
}

/** A commit failed with an unknown outcome: it may or may not be on disk. The caller has to check. */
export class DoubtfulCommitError extends EnvironmentError {
  constructor(path: string, thrown: unknown) {
    super('STORE_FAILED', `${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/**
 * Translates an error of DuckDB or of the file system into one with a code and a hint. Errors of this program and bugs
 * (`TypeError`, `RangeError`) are returned as they are.
 */
export function storeError(path: string, thrown: unknown): Error {
  if (thrown instanceof SweepwrightError || thrown instanceof TypeError || thrown instanceof RangeError) return thrown;
  const message = messageOf(thrown);
  const lock = /Conflicting lock is held in .*?(?:\(PID (\d+)\)|$)/s.exec(message);
  if (lock) return new StoreLockedError(path, lock[1] === undefined ? undefined : Number(lock[1]), { cause: thrown });
  if (/not a valid DuckDB database file/i.test(message)) {
    return new InputError('NOT_A_DATABASE', `${path} is not a DuckDB database`, {
      hint: 'Name another file with --db.',
      cause: thrown,
    });
  }
  if (isDamage(thrown)) return damaged(path, thrown);
  for (const { pattern, code, says, hint } of KNOWN) {
    if (pattern.test(message)) return new EnvironmentError(code, `${path} ${says}`, { hint, cause: thrown });
  }
  return new EnvironmentError('STORE_FAILED', `${path}: ${message}`, { cause: thrown });
}

/** The error for a database with unreadable or missing parts. */
export function damaged(path: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError('STORE_DAMAGED', `${path} is damaged`, {
    hint: `Restore a copy. Or save what can be read into a new file: sweep doctor --db ${path} --salvage NEW-FILE`,
    cause,
  });
}

/** A block of the file, or the write-ahead log, cannot be read. Other messages may quote SQL that has these words. */
export const isDamage = (thrown: unknown): boolean =>
  /^(?:Binder|Parser|Catalog|Conversion) Error/.test(messageOf(thrown))
    ? false
    : /Corrupt database file|Could not read enough bytes|checksum|Failure while replaying WAL/i.test(messageOf(thrown));

/** DuckDB's errors have no codes, so these patterns match their text. Only this file reads it. */
const KNOWN = [
  {
    pattern: /different configuration than existing connections/i,
    code: 'STORE_LOCKED',
    says: `is in use by process ${process.pid} (this one)`,
    hint: 'Close it first, or query it through its reader.',
  },
  {
    pattern: /No space left on device|Disk quota exceeded|File too large/i,
    code: 'DISK_FULL',
    says: 'cannot grow: the disk is full',
    hint: 'Free some space on that disk. Everything recorded so far is safe.',
  },
  {
    pattern: /Permission denied|Read-only file system|attached in read-only mode|not permitted|Not a directory/i,
    code: 'STORE_UNWRITABLE',
    says: 'cannot be written',
    hint: 'Check the permissions of the file and of its folder, or name another database with --db.',
  },
  {
    pattern: /newer version of DuckDB|version number \d+, but we can only read/i,
    code: 'STORE_TOO_NEW',
    says: 'was written by a newer version of DuckDB',
    hint: 'Update sweepwright.',
  },
] as const;

/** The instance reached its memory limit: the statement can succeed once other queries have released their memory. */
export const isOutOfMemory = (thrown: unknown): boolean =>
  /Out of Memory Error|(?:failed to|could not) (?:allocate|pin) (?:data|block) of size|bad_alloc/.test(
    messageOf(thrown),
  );

/** The instance is unusable and must be opened again; committed transactions are safe. */
export const isInvalidated = (thrown: unknown): boolean =>
  /FATAL Error|database has been invalidated/.test(messageOf(thrown));

/** A statement names a table that does not exist. */
export const isUnknownTable = (thrown: unknown): boolean =>
  /^Catalog Error: Table with name \S+ does not exist/.test(messageOf(thrown));

export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
