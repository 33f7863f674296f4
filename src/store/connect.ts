import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../core/errors.js';
import { existsAsFile } from './database-file.js';
import type { Reader } from './query-result.js';
import { findHolder } from './remote-reader.js';
import { StoreLockedError } from './store-errors.js';

export interface ConnectOptions {
  /** How long to wait for a process that has the file open but does not answer, because it has just begun. @default 5000 */
  readonly waitMs?: number;
}

const RETRY_MS = 50;

/**
 * Finds whoever may read a database: the running sweep that holds it, which is asked over the loopback, or else this process,
 * which opens the file read-only. DuckDB is loaded only in the second case.
 *
 * @throws {InputError} NO_DATABASE, NOT_A_DATABASE
 * @throws {StoreLockedError} if a process holds it that does not answer
 */
export async function connect(path: string, { waitMs = 5_000 }: ConnectOptions = {}): Promise<Reader> {
  const file = resolve(path);
  if (!existsAsFile(file)) {
    throw new InputError('NO_DATABASE', `there are no results yet: ${path} does not exist`, {
      hint: 'Start a sweep, for example: sweep run sweeps/quickstart.yaml',
    });
  }
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const holder = await findHolder(file);
    if (holder) return holder;
    try {
      const { openReader } = await import('./own-reader.js');
      return await openReader(file);
    } catch (error) {
      if (!(error instanceof StoreLockedError) || waitedMs >= waitMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}
