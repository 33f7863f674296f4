import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reader } from '../../core/results/reader.js';
import { EnvironmentError, InputError } from '../../core/errors.js';
import { existsAsFile } from '../schema/database-file.js';
import { findHolder, type QueryOrigin } from '../endpoint/remote-reader.js';
import { StoreLockedError } from '../store-errors.js';

export interface ConnectOptions {
  /** How long to wait, in milliseconds, for a process that has the file open but does not answer yet. @default 5000 */
  readonly waitMs?: number;
  /** Milliseconds since 1970: recorded as the time of a migration. @default the system's clock */
  readonly now?: () => number;
  /** `user`: the queries are SQL that a user wrote, so the sweep's process runs them in a child process. @default 'command' */
  readonly origin?: QueryOrigin;
}

const RETRY_MS = 50;

/**
 * Returns a reader for a database. If a running sweep has the file open, queries go to that process over the loopback address.
 * Otherwise this process opens the file read-only; DuckDB is loaded only in this case. A file of an older version is migrated
 * first.
 *
 * @throws {InputError} NO_DATABASE, NOT_A_DATABASE
 * @throws {EnvironmentError} STORE_TOO_NEW; STORE_TOO_OLD if it needs a migration and cannot be written
 * @throws {StoreLockedError} if the process that has it open does not answer
 */
export async function connect(
  path: string,
  { waitMs = 5_000, now = Date.now, origin = 'command' }: ConnectOptions = {},
): Promise<Reader> {
  let isUpToDate = false;
  const file = resolve(path);
  if (!existsAsFile(file)) {
    throw new InputError('NO_DATABASE', `there are no results yet: ${path} does not exist`, {
      hint: 'Start a sweep, for example: sweep run sweeps/quickstart.yaml',
    });
  }
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const holder = await findHolder(file, origin);
    if (holder) return holder;
    try {
      const { openReader } = await import('./own-reader.js');
      return await openReader(file);
    } catch (error) {
      if (isTooOld(error) && !isUpToDate) {
        isUpToDate = await bringUpToDate(file, now);
        if (isUpToDate) continue;
      }
      if (!(error instanceof StoreLockedError) || waitedMs >= waitMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}

const isTooOld = (error: unknown): boolean => error instanceof EnvironmentError && error.code === 'STORE_TOO_OLD';

/** Migrates the file; returns whether that succeeded. It fails, for example, without permission to write. */
async function bringUpToDate(file: string, now: () => number): Promise<boolean> {
  try {
    const { openStore } = await import('../store.js');
    await (await openStore(file, { now })).close();
    return true;
  } catch {
    return false;
  }
}
