import { setTimeout as sleep } from 'node:timers/promises';
import type { Reader } from '../../core/results/reader.js';
import { findHolder } from '../endpoint/remote-reader.js';
import { NO_LIMITS, type QueryLimits } from '../reading/query-limits.js';
import { ParameterColumns } from '../schema/parameter-columns.js';
import { viewStatements } from '../schema/views.js';
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

/** Reads the database that a writer has open. It needs no closing. */
export const readerOf = (writer: Writer, limits: QueryLimits = NO_LIMITS): Reader => ({
  holder: undefined,
  query: (sql, values, signal) => writer.runner.query(sql, { values, signal, limits }),
  close: () => Promise.resolve(),
});

/** Creates the views again, as this version has them. */
export async function refreshViews(writer: Writer): Promise<void> {
  await writer.transaction(async (tx) => {
    const columns = new ParameterColumns();
    await columns.load(tx);
    await tx.alter(viewStatements(columns.all));
  });
}
