import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../core/errors.js';
import type { DuckDBConnection, DuckDBInstance } from './duckdb.js';
import { openInstance } from './instance.js';
import { SelectRunner } from './select-runner.js';
import { assertOurs, migrate } from './migrations.js';
import { isInvalidated, isOutOfMemory, storeError, StoreLockedError } from './store-errors.js';
import { Transaction } from './transaction.js';

/** The write-ahead log is folded into the file at this size, sooner or later depending on who reads. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;
/** Beyond this many times that, queries have to wait for it. */
const OVERDUE = 4;
const TRIES = 3;
const RELEASE_MS = 100;
/** Files that this process writes. Its own second opening is not kept out by the file's lock. */
const OPEN = new Set<bigint>();

/**
 * The one who writes. Transactions run one after another; each is on disk when its promise resolves. Queries of others
 * share the instance's memory, so this also sees to it that they never cost a commit: whoever reads gives way when
 * memory runs out, and the log is folded into the file only while nobody reads (a checkpoint that fails spoils the instance).
 */
export class Writer {
  readonly path: string;
  readonly runner: SelectRunner;
  readonly #inode: bigint;
  #instance: DuckDBInstance;
  #transaction: Transaction;
  #tail: Promise<unknown> = Promise.resolve();
  #checkpointAt = CHECKPOINT_BYTES;
  #checkpointing = false;
  #closed = false;

  /** Opens a file of ours and brings its schema up to date; `at` is milliseconds since 1970. */
  static async open(path: string, at: number): Promise<Writer> {
    const inode = inodeOf(path);
    if (inode !== undefined && OPEN.has(inode)) throw new StoreLockedError(path, process.pid);
    const instance = await openInstance(path, 'write');
    const connection = await instance.connect();
    try {
      await assertOurs(connection, path);
      await migrate(connection, path, at);
      return new Writer(path, instance, connection);
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      throw storeError(path, error);
    }
  }

  private constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path;
    this.#inode = inodeOf(path)!;
    OPEN.add(this.#inode);
    this.#instance = instance;
    this.#transaction = new Transaction(connection);
    this.runner = new SelectRunner(() => this.#instance);
  }

  /**
   * Runs `work` in a transaction, after those before it. It may run more than once, and nothing of it stays if it throws.
   *
   * @throws {EnvironmentError} DISK_FULL, STORE_GONE, STORE_FAILED: nothing was recorded, the writer can be used again
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new EnvironmentError('STORE_CLOSED', `${this.path} has been closed`));
    const done = this.#enqueue(() => this.#attempt(work));
    void done.then(
      () => this.#tidy(),
      () => undefined,
    );
    return done;
  }

  /** Waits for what was begun, ends all queries, and lets go of the file. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    await this.runner.close();
    // Closing folds the log in, unless told otherwise: half a checkpoint would only fill the disk further.
    if (!this.#hasRoom(this.#logBytes())) await this.#transaction.keepLog().catch(() => undefined);
    this.#transaction.close();
    this.#instance.closeSync();
    OPEN.delete(this.#inode);
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      if (inodeOf(this.path) !== this.#inode) throw gone(this.path);
      try {
        return await this.#transaction.run(work);
      } catch (error) {
        const worthAnother = await this.#recover(error);
        if (!worthAnother || tries === TRIES) throw storeError(this.path, error);
      }
    }
  }

  /** Puts right what can be put right; returns whether it makes sense to try again. */
  async #recover(error: unknown): Promise<boolean> {
    if (isInvalidated(error)) {
      const uncertain = this.#transaction.wasCommitting;
      await this.#reopen();
      return !uncertain;
    }
    if (!isOutOfMemory(error)) return false;
    await this.runner.cancelAll('memory');
    // What a query held is let go of in the background.
    await sleep(RELEASE_MS);
    return true;
  }

  async #reopen(): Promise<void> {
    await this.runner.cancelAll('closed');
    this.#transaction.close();
    this.#instance.closeSync();
    this.#instance = await openInstance(this.path, 'write');
    this.#transaction = new Transaction(await this.#instance.connect());
  }

  #tidy(): void {
    const bytes = this.#logBytes();
    if (this.#checkpointing || this.#closed || bytes < this.#checkpointAt) return;
    if (!this.runner.idle && bytes < OVERDUE * this.#checkpointAt) return;
    if (!this.#hasRoom(bytes)) return;
    this.#checkpointing = true;
    void this.runner
      .alone(() => this.#enqueue(() => this.#checkpoint(bytes)))
      .finally(() => (this.#checkpointing = false));
  }

  #logBytes(): number {
    return statSync(`${this.path}.wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Whether the disk can take a checkpoint: the file grows before the log is dropped, by a block per column at least. */
  #hasRoom(bytes: number): boolean {
    try {
      const { bavail, bsize } = statfsSync(dirname(this.path));
      return bavail * bsize > 2 * bytes + CHECKPOINT_BYTES;
    } catch {
      return false;
    }
  }

  async #checkpoint(bytes: number): Promise<void> {
    try {
      await this.#transaction.checkpoint();
      this.#checkpointAt = CHECKPOINT_BYTES;
    } catch (error) {
      // What was committed is in the log and safe; try again when there is twice as much.
      this.#checkpointAt = 2 * bytes;
      if (isInvalidated(error)) await this.#reopen();
    }
  }
}

/** Undefined where there is no such file. */
const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

function gone(path: string): EnvironmentError {
  return new EnvironmentError('STORE_GONE', `${path} has been removed or replaced while it was in use`, {
    hint: 'Put it back, or start again: what is recorded from here on would be lost.',
  });
}
