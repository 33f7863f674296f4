import { linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { LrFind } from '../core/results/lr-find.js';
import { isExisting } from '../platform/errno.js';
import type { Reader } from '../core/results/reader.js';
import { existsAsFile } from './schema/database-file.js';
import type { SweepDeclaration } from '../core/trial/declaration.js';
import { duckdb } from './schema/duckdb.js';
import { recordLrFind } from './recording/lr-finds.js';
import { migrate } from './schema/migrations.js';
import { ParameterColumns } from './schema/parameter-columns.js';
import { recoverLostTrials } from './recording/recover.js';
import { USER_LIMITS, type QueryLimits } from './reading/query-limits.js';
import type { FileState } from './schema/file-state.js';
import { storeError } from './store-errors.js';
import { openSweep, type SweepHandle } from './sweep-handle.js';
import { viewStatements } from './schema/views.js';
import { openWriter, readerOf } from './recording/open-writer.js';

export interface StoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long to wait for a command that reads the file, in milliseconds. @default 5000 */
  readonly waitMs?: number;
  /** Limits for queries from other processes. @default 30 s, 5 million rows, 512 MiB */
  readonly guestLimits?: QueryLimits;
}

/** A database that this process alone has open for writing. */
export interface Store {
  /** Absolute path of the file. */
  readonly path: string;
  /** Queries of this process; sees committed rows. */
  readonly reader: Reader;
  /** Queries that commands of this program send from other processes, with limits: they must not slow down recording. */
  readonly guests: Reader;
  /** Runs `work` while the file on disk stays complete and unchanged up to `logBytes` of its log, so that it can be copied. */
  holdStill<T>(work: (state: FileState) => Promise<T>): Promise<T>;
  /** Records a range test of the learning rate; changes nothing if the database has one with the same key. */
  recordLrFind(find: LrFind): Promise<void>;
  /** Calls `listener` when another program deleted the database file and it has been written again. */
  onRestored(listener: () => void): void;
  /** Declares a new sweep, or a known one again. */
  openSweep(declaration: SweepDeclaration): Promise<SweepHandle>;
  /** Waits for transactions under way and releases the file. Safe to call twice. */
  close(): Promise<void>;
}

/** How often to look whether the database file is still there. */
const CHECK_FILE_MS = 2_000;

/**
 * Opens a database for writing, creates it if it does not exist, and migrates its schema. Trials that were running when an
 * earlier process died are queued again.
 *
 * @throws {StoreLockedError} if another process keeps it open
 * @throws {EnvironmentError} STORE_UNWRITABLE, STORE_TOO_NEW, STORE_DAMAGED, DISK_FULL
 * @throws {InputError} NOT_A_DATABASE
 */
export async function openStore(
  path: string,
  { now, waitMs = 5_000, guestLimits = USER_LIMITS }: StoreOptions,
): Promise<Store> {
  const file = resolve(path);
  if (!existsAsFile(file)) await createDatabase(file, now());
  const writer = await openWriter(file, now(), waitMs);
  const columns = new ParameterColumns();
  const reader = readerOf(writer);
  try {
    let lastId = await writer.transaction(async (tx) => {
      await columns.load(tx);
      await tx.alter(viewStatements(columns.all));
      await recoverLostTrials(tx);
      const [row] = await tx.rows(LAST_NUMBER);
      return Number(row?.[0]);
    });
    const watch = setInterval(() => void writer.checkFile(), CHECK_FILE_MS).unref();
    const parts = { writer, reader, columns, now, nextTrialId: () => ++lastId };
    return {
      path: file,
      reader,
      guests: readerOf(writer, guestLimits),
      holdStill: (work) => writer.holdStill(work),
      recordLrFind: (find) => recordLrFind(writer, find),
      openSweep: (declaration) => openSweep(parts, declaration),
      onRestored: (listener) => writer.onRestored(listener),
      close: () => {
        clearInterval(watch);
        return writer.close();
      },
    };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** The greatest number that a trial has or had: numbers of deleted trials are not given again. */
const LAST_NUMBER = `
  select greatest((select coalesce(max(id), 0) from data.trials), (select coalesce(max(last_trial), 0) from data.deletions))`;

/** Creates the file under a temporary name first: a process that dies here leaves no incomplete database. */
async function createDatabase(path: string, at: number): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(draft, { force: true });
    const instance = await duckdb.DuckDBInstance.create(draft);
    const connection = await instance.connect();
    try {
      await migrate(connection, path, at);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    putInPlace(draft, path);
  } catch (error) {
    throw storeError(path, error);
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${draft}.wal`, { force: true });
  }
}

/** Renames without replacing a file that another process has created meanwhile, where the file system has hard links. */
function putInPlace(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (isExisting(error)) return;
    renameSync(draft, path);
  }
}
