import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../core/errors.js';
import type { DuckDBConnection, DuckDBInstance } from '../schema/duckdb.js';
import { openInstance } from '../schema/instance.js';
import { SelectRunner } from '../reading/select-runner.js';
import { ourVersion, migrate } from '../schema/migrations.js';
import { DoubtfulCommitError, isInvalidated, isOutOfMemory, storeError, StoreLockedError } from '../store-errors.js';
import { Transaction } from './transaction.js';

/** The write-ahead log is folded into the file at this size, sooner or later depending on who reads. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;
/** Beyond this many times that, queries have to wait for it. */
const OVERDUE = 4;
const TRIES = 3;
const RELEASE_MS = 100;
const RETRY_MS = 50;
const RETRIES = 100;
/** Files that this process writes. Its own second opening is not kept out by the file's lock. */
const OPEN = new Set<string>();

/**
 * The one who writes. Transactions run one after another; each is on disk when its promise resolves. Queries of others
 * share the instance's memory, so this also sees to it that they never cost a commit: whoever reads gives way when
 * memory runs out, and the log is folded into the file only while nobody reads (a checkpoint that fails spoils the instance).
 */
export class Writer {
  readonly path: string;
  readonly runner: SelectRunner;
  readonly #identity: string;
  #instance: DuckDBInstance;
  /** `undefined` after the instance broke down, until whoever comes next opens the file again. */
  #transaction: Transaction | undefined;
  #opening: Promise<Transaction> | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #checkpointAt = CHECKPOINT_BYTES;
  #checkpointing = false;
  #closed = false;

  /** Opens a file of ours and brings its schema up to date; `at` is milliseconds since 1970. */
  static async open(path: string, at: number): Promise<Writer> {
    const identity = identityOf(path) ?? '';
    if (OPEN.has(identity)) throw new StoreLockedError(path, process.pid);
    const instance = await openInstance(path, 'write');
    const connection = await instance.connect();
    try {
      await ourVersion(connection, path);
      await migrate(connection, path, at);
      return new Writer({ path, identity, instance, connection });
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      throw storeError(path, error);
    }
  }

  private constructor({ path, identity, instance, connection }: Opened) {
    this.path = path;
    this.#identity = identity;
    OPEN.add(identity);
    this.#instance = instance;
    this.#transaction = new Transaction(connection);
    this.runner = new SelectRunner(async () => {
      await this.#ready();
      return this.#instance;
    });
  }

  /**
   * Runs `work` in a transaction, after those before it. It may run more than once, and nothing of it stays if it throws.
   *
   * @throws {EnvironmentError} DISK_FULL, STORE_GONE, STORE_FAILED: nothing was recorded, the writer can be used again
   * @throws {DoubtfulCommitError} STORE_FAILED, and it may have been recorded
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
    if (!this.#hasRoom(this.#logBytes())) await this.#transaction?.keepLog().catch(() => undefined);
    this.#letGo();
    OPEN.delete(this.#identity);
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      if (identityOf(this.path) !== this.#identity) throw gone(this.path);
      try {
        const transaction = await this.#ready();
        return await transaction.run(work);
      } catch (error) {
        const wasCommitting = this.#transaction?.wasCommitting === true;
        const worthAnother = await this.#recover(error, wasCommitting);
        if (wasCommitting && worthAnother) throw new DoubtfulCommitError(this.path, error);
        if (!worthAnother || tries === TRIES) throw storeError(this.path, error);
      }
    }
  }

  /** Puts right what can be put right; returns whether it makes sense to try again. */
  async #recover(error: unknown, wasCommitting: boolean): Promise<boolean> {
    if (isInvalidated(error)) {
      await this.runner.cancelAll('closed');
      this.#letGo();
      return true;
    }
    if (!isOutOfMemory(error)) return false;
    await this.runner.cancelAll('memory');
    // A commit that ran out of memory is in the log or not, whatever is in memory.
    if (wasCommitting) this.#letGo();
    // What a query held is let go of in the background.
    await sleep(RELEASE_MS);
    return true;
  }

  #letGo(): void {
    if (!this.#transaction) return;
    this.#transaction.close();
    this.#transaction = undefined;
    this.#instance.closeSync();
  }

  async #ready(): Promise<Transaction> {
    if (this.#transaction) return this.#transaction;
    this.#opening ??= this.#openAgain().finally(() => (this.#opening = undefined));
    this.#transaction = await this.#opening;
    return this.#transaction;
  }

  /** Others may have begun to read the file in the meantime; they will have ended soon. */
  async #openAgain(): Promise<Transaction> {
    for (let retries = 0; ; retries++) {
      try {
        this.#instance = await openInstance(this.path, 'write');
        return new Transaction(await this.#instance.connect());
      } catch (error) {
        if (!(error instanceof StoreLockedError) || retries === RETRIES) throw error;
        await sleep(RETRY_MS);
      }
    }
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
      if (!this.#closed) await this.#transaction?.checkpoint();
      this.#checkpointAt = CHECKPOINT_BYTES;
    } catch (error) {
      // What was committed is in the log and safe; try again when there is twice as much.
      this.#checkpointAt = 2 * bytes;
      if (!isInvalidated(error)) return;
      this.#letGo();
      // Whoever comes next tries again if this does not succeed.
      await this.#ready().catch(() => undefined);
    }
  }
}

interface Opened {
  readonly path: string;
  readonly identity: string;
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/** The same for two paths of one file; `undefined` where there is none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function gone(path: string): EnvironmentError {
  return new EnvironmentError('STORE_GONE', `${path} has been removed or replaced while it was in use`, {
    hint: 'Put it back, or start again: what is recorded from here on would be lost.',
  });
}
