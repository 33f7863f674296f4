import { realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../core/errors.js';
import type { DuckDBConnection, DuckDBInstance } from '../schema/duckdb.js';
import { openInstance } from '../schema/instance.js';
import { SelectRunner } from '../reading/select-runner.js';
import { versionOf, type FileState } from '../schema/file-state.js';
import { ourVersion, migrate } from '../schema/migrations.js';
import { DoubtfulCommitError, isInvalidated, isOutOfMemory, storeError, StoreLockedError } from '../store-errors.js';
import { rescueDatabase, type RescuedDatabase } from './deleted-database.js';
import { Transaction } from './transaction.js';

/** A checkpoint is due when the write-ahead log has this size; it waits until no query runs. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;
/** When the log has this many times the size, new queries wait for the checkpoint. */
const OVERDUE = 4;
/** A snapshot replays at most this much of the log. */
const SNAPSHOT_LOG_BYTES = 128 * 1024;
const TRIES = 3;
const RELEASE_MS = 100;
const RETRY_MS = 50;
const RETRIES = 100;
/** Identities of the files that this process writes: the file's lock does not stop a second opening by the same process. */
const OPEN = new Set<string>();

/**
 * The only writer of a database. Transactions run one after another; each is on disk when its promise resolves. Queries share
 * the instance's memory and must never cost a commit: when memory runs out they are cancelled, and a checkpoint (the
 * write-ahead log goes into the file) runs only while no query runs, because a failed checkpoint makes the instance unusable.
 */
export class Writer {
  readonly path: string;
  readonly runner: SelectRunner;
  /** Of the file itself, without symbolic links. */
  readonly #file: string;
  readonly #restored = new Set<() => void>();
  #identity: string;
  #instance: DuckDBInstance;
  /** `undefined` after the instance broke down; the next transaction or query opens the file again. */
  #transaction: Transaction | undefined;
  #opening: Promise<Transaction> | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #checkpointAt = CHECKPOINT_BYTES;
  #checkpointing = false;
  #closed = false;

  /** Opens a database made by sweepwright and migrates its schema; `at` is milliseconds since 1970. */
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
    this.#file = realpathSync(path);
    this.#identity = identity;
    OPEN.add(identity);
    this.#instance = instance;
    this.#transaction = new Transaction(connection);
    this.runner = new SelectRunner(path, async () => {
      await this.#ready();
      return this.#instance;
    });
  }

  /**
   * Runs `work` in a transaction, after all earlier ones. `work` may run more than once. If it throws, nothing is recorded.
   *
   * @throws {EnvironmentError} DISK_FULL, STORE_GONE, STORE_FAILED: nothing was recorded, the writer can be used again
   * @throws {DoubtfulCommitError} STORE_FAILED: the transaction may have been recorded
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

  /**
   * Runs `work` while no checkpoint begins: until it ends, the file stays as it is and its log only grows. Recording goes on.
   * A long log goes into the file first: DuckDB takes a second to replay 1 MB of it.
   *
   * @throws {EnvironmentError} STORE_CLOSED, STORE_GONE
   */
  async holdStill<T>(work: (state: FileState) => Promise<T>): Promise<T> {
    const bytes = this.#logBytes();
    if (bytes > SNAPSHOT_LOG_BYTES && !this.#checkpointing && this.#hasRoom(bytes)) await this.#foldLog(bytes);
    return this.runner.beside(async () => work(await this.#enqueue(() => this.#stateOfFile())));
  }

  /** Waits for transactions under way, cancels all queries, and releases the file. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#enqueue(() => this.#keepFile()).catch(() => undefined);
    await this.runner.close();
    // Closing makes a checkpoint unless told otherwise. Without space for it, an unfinished one would only fill the disk further.
    if (!this.#hasRoom(this.#logBytes())) await this.#transaction?.keepLog().catch(() => undefined);
    this.#letGo();
    OPEN.delete(this.#identity);
  }

  /** Calls `listener` each time that the deleted file was written again. */
  onRestored(listener: () => void): void {
    this.#restored.add(listener);
  }

  /** Writes the file again if it was deleted. Never rejects: a file that cannot be restored stops the next transaction. */
  async checkFile(): Promise<void> {
    if (this.#closed || identityOf(this.path) === this.#identity) return;
    await this.#enqueue(() => this.#keepFile()).catch(() => undefined);
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #stateOfFile(): Promise<FileState> {
    if (this.#closed) throw new EnvironmentError('STORE_CLOSED', `${this.path} has been closed`);
    await this.#keepFile();
    await this.#ready();
    return { path: this.path, version: versionOf(this.path), logBytes: this.#logBytes() };
  }

  async #attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      await this.#keepFile();
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

  /**
   * Makes sure that `path` still is the open file. A deleted file is written again, with all that was committed.
   *
   * @throws {EnvironmentError} STORE_GONE: it was moved or replaced, or the system does not show deleted files
   */
  async #keepFile(): Promise<void> {
    if (identityOf(this.path) === this.#identity) return;
    const rescued = await this.#rescue();
    if (rescued === undefined) throw gone(this.path);
    await this.runner.cancelAll('closed');
    // A checkpoint at closing would delete the log that is about to be put in place.
    await this.#transaction?.keepLog();
    this.#letGo();
    await rescued.putInPlace();
    OPEN.delete(this.#identity);
    this.#identity = identityOf(this.path) ?? '';
    OPEN.add(this.#identity);
    for (const listener of this.#restored) listener();
  }

  /** `undefined` also where another file has taken the place of the deleted one: it must not be overwritten. */
  async #rescue(): Promise<RescuedDatabase | undefined> {
    if (identityOf(this.path) !== undefined) return undefined;
    try {
      return await rescueDatabase(this.#file);
    } catch (error) {
      throw storeError(this.path, error);
    }
  }

  /** Prepares another try after an error; returns whether one makes sense. */
  async #recover(error: unknown, wasCommitting: boolean): Promise<boolean> {
    if (isInvalidated(error)) {
      await this.runner.cancelAll('closed');
      this.#letGo();
      return true;
    }
    if (!isOutOfMemory(error)) return false;
    await this.runner.cancelAll('memory');
    // A commit that ran out of memory may be in the log: open the file again to see its real state.
    if (wasCommitting) this.#letGo();
    // DuckDB frees the memory of cancelled queries in the background.
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

  /** Retries while other processes read the file: their queries end soon. */
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
    void this.#foldLog(bytes);
  }

  /** Makes a checkpoint while no query runs. It never rejects. */
  async #foldLog(bytes: number): Promise<void> {
    this.#checkpointing = true;
    await this.runner
      .alone(() => this.#enqueue(() => this.#checkpoint(bytes)))
      .finally(() => (this.#checkpointing = false));
  }

  #logBytes(): number {
    return statSync(`${this.path}.wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Whether the disk has space for a checkpoint: the file grows, by at least a block per column, before the log is deleted. */
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
      // Committed transactions are safe in the log. Try again when it has twice the size.
      this.#checkpointAt = 2 * bytes;
      if (!isInvalidated(error)) return;
      this.#letGo();
      // If this fails, the next transaction or query opens the file again.
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

/** Device and inode number: equal for two paths of one file. `undefined` where there is no file. */
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
    hint: 'Put the file back, or start again. Until then nothing can be recorded.',
  });
}
