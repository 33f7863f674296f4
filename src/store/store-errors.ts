import { EnvironmentError, InputError, SweepwrightError } from '../core/errors.js';

/** Another process has the database open for writing, and only one can. */
export class StoreLockedError extends EnvironmentError {
  /** The process that holds it, where DuckDB says which. */
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
          ? 'Wait until it has ended, or name another database with --db.'
          : 'sweep status, top, show and sql work while it runs. To start another sweep, wait, end it with Ctrl-C, or name another database with --db.',
      cause: options.cause,
    });
    this.pid = pid;
  }
}

/** A commit went wrong in such a way that it may or may not be on disk: whoever asked for it has to look. */
export class DoubtfulCommitError extends EnvironmentError {
  constructor(path: string, thrown: unknown) {
    super('STORE_FAILED', `${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** What DuckDB, or the file system below it, threw: said in our words, with what to do. Errors of ours pass through, and bugs. */
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
  for (const { pattern, code, says, hint } of KNOWN) {
    if (pattern.test(message)) return new EnvironmentError(code, `${path} ${says}`, { hint, cause: thrown });
  }
  return new EnvironmentError('STORE_FAILED', `${path}: ${message}`, { cause: thrown });
}

/** DuckDB gives its errors no codes, so their text is all there is to go by: here, and nowhere else. */
const KNOWN = [
  {
    pattern: /different configuration than existing connections/i,
    code: 'STORE_LOCKED',
    says: `is in use by process ${process.pid} (this one)`,
    hint: 'Close it first, or ask it through its reader.',
  },
  {
    pattern: /No space left on device|Disk quota exceeded|File too large/i,
    code: 'DISK_FULL',
    says: 'cannot grow: the disk is full',
    hint: 'Free some space on that disk. What was recorded so far is safe.',
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
  {
    pattern: /Corrupt database file|Could not read enough bytes|checksum|Failure while replaying WAL/i,
    code: 'STORE_DAMAGED',
    says: 'is damaged',
    hint: 'Restore a copy, or name another database with --db.',
  },
] as const;

/** The instance ran into its memory limit: what it was asked for can be asked again once others have let go of theirs. */
export const isOutOfMemory = (thrown: unknown): boolean =>
  /Out of Memory Error|(?:failed to|could not) (?:allocate|pin) (?:data|block) of size|bad_alloc/.test(
    messageOf(thrown),
  );

/** The instance is of no use any more and has to be opened anew; what was committed is safe. */
export const isInvalidated = (thrown: unknown): boolean =>
  /FATAL Error|database has been invalidated/.test(messageOf(thrown));

/** A statement names a table that is not there. */
export const isUnknownTable = (thrown: unknown): boolean =>
  /^Catalog Error: Table with name \S+ does not exist/.test(messageOf(thrown));

export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
