import { setTimeout as sleep } from 'node:timers/promises';
import { findHolder } from '../endpoint/remote-reader.js';
import { StoreLockedError } from '../store-errors.js';
import { Writer } from './writer.js';

const RETRY_MS = 50;

/**
 * Opens an existing database for writing. Waits up to `waitMs` for processes that only read. Does not wait for one that writes,
 * which would take as long as its sweep.
 *
 * @param at - milliseconds since 1970: the time of a migration
 * @throws {StoreLockedError} if another process keeps it open, and what `Writer.open` throws
 */
export async function openWriter(path: string, at: number, waitMs: number): Promise<Writer> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return await Writer.open(path, at);
    } catch (error) {
      if (!(error instanceof StoreLockedError)) throw error;
      const holder = (await findHolder(path))?.holder;
      if (holder) throw new StoreLockedError(path, holder.pid, { sweep: holder.sweep, cause: error });
      if (waitedMs >= waitMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}
