import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../../../core/errors.js';
import type { QueryLimits } from '../../reading/query-limits.js';
import { Places } from '../../reading/places.js';
import type { Store } from '../../store.js';
import { errorLine } from '../answer-lines.js';
import type { UserQuery } from './messages.js';
import { QueryProcess } from './query-process.js';

/** People ask several queries in a row, and starting the process takes half a second. */
const IDLE_MS = 5 * 60_000;
const MEMORY_BYTES = 1.5 * 2 ** 30;

/**
 * Answers SQL that users write, one query after another, for the process that records: on a snapshot of the database, in a
 * child process that starts with the first query and ends when no query has come for five minutes.
 */
export class SnapshotQueries {
  readonly #store: Store;
  readonly #limits: QueryLimits;
  readonly #turn = new Places(1);
  readonly #folder: string;
  #process: QueryProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, limits: QueryLimits) {
    this.#store = store;
    this.#limits = limits;
    // Beside the database: copies within one file system may share their blocks.
    this.#folder = join(dirname(store.path), `.${basename(store.path)}.queries`);
    // A process that was killed leaves it behind; only the process that holds the database makes it.
    this.#removeFolder();
  }

  /** The answer as text and bytes of its lines; an error is its last line. */
  async *ask(query: UserQuery, signal: AbortSignal): AsyncGenerator<Buffer | string> {
    await this.#turn.take(1);
    clearTimeout(this.#idle);
    try {
      if (signal.aborted || this.#closed) return;
      yield* (await this.#open()).ask(query, signal);
    } catch (error) {
      yield errorLine(error);
    } finally {
      if (!this.#closed) this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
      this.#turn.give(1);
    }
  }

  /** Ends the query under way and the process. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  /** A process with a snapshot of now: a new process if the last one has died or has no memory left. */
  async #open(): Promise<QueryProcess> {
    if (this.#process?.isAlive) {
      try {
        return await this.#refresh(this.#process);
      } catch (error) {
        if (error instanceof EnvironmentError && error.code === 'SNAPSHOT_FAILED') throw error;
        await this.#end();
      }
    }
    return this.#refresh(await this.#start());
  }

  async #refresh(child: QueryProcess): Promise<QueryProcess> {
    await this.#store.holdStill((state) => child.open(state, this.#folder));
    return child;
  }

  async #start(): Promise<QueryProcess> {
    await this.#end();
    return (this.#process = new QueryProcess({ memoryBytes: MEMORY_BYTES, limits: this.#limits }));
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#process?.kill();
    this.#removeFolder();
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
