import type { QueryValue } from '../../core/results/reader.js';
import { EnvironmentError } from '../../core/errors.js';
import type { DuckDBInstance } from '../schema/duckdb.js';
import { Places } from './places.js';
import type { QueryResult } from '../../core/results/query-result.js';
import { NO_LIMITS, type QueryLimits } from './query-limits.js';
import { RunningQuery } from './running-query.js';

/** Queries at once. Each keeps one of libuv's four threads busy, and the recorder needs one, too. */
const AT_ONCE = 2;

export interface QueryOptions {
  /** For `$1`, `$2`, ... */
  readonly values?: readonly QueryValue[] | undefined;
  /** Ends the query. */
  readonly signal?: AbortSignal | undefined;
  /** @default none */
  readonly limits?: QueryLimits;
}

/** Runs read-only queries on an instance, each on a connection of its own, a few at a time. */
export class SelectRunner {
  readonly #instance: () => DuckDBInstance | Promise<DuckDBInstance>;
  readonly #places = new Places(AT_ONCE);
  readonly #running = new Set<RunningQuery>();
  readonly #before: (() => Promise<void>)[] = [];
  #closed = false;

  /** `instance` is asked for at every query, because it may have been opened anew. */
  constructor(instance: () => DuckDBInstance | Promise<DuckDBInstance>) {
    this.#instance = instance;
  }

  /** Whether no query runs or waits. */
  get idle(): boolean {
    return this.#places.allFree;
  }

  /** Calls `work` before each query: a recorder puts off rows until a query wants them. `work` never rejects. */
  onQuery(work: () => Promise<void>): void {
    this.#before.push(work);
  }

  /** Waits for its turn and starts the query. Errors: see `Reader`. */
  async query(sql: string, { values = [], signal, limits = NO_LIMITS }: QueryOptions = {}): Promise<QueryResult> {
    await Promise.all(this.#before.map((work) => work()));
    await this.#places.take(1);
    let query: RunningQuery | undefined;
    try {
      signal?.throwIfAborted();
      if (this.#closed) throw new EnvironmentError('STORE_CLOSED', 'the database has been closed');
      const connection = await (await this.#instance()).connect();
      query = new RunningQuery(connection, limits);
      this.#running.add(query);
      signal?.addEventListener('abort', () => void query?.cancel('closed'), { once: true });
      await query.start(sql, values);
      return query;
    } finally {
      if (query) void query.ended.then(() => this.#leave(query!));
      else this.#places.give(1);
    }
  }

  /** Runs `work` in the place of a query: `alone` waits until it has ended. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    await Promise.all(this.#before.map((prepare) => prepare()));
    await this.#places.take(1);
    try {
      return await work();
    } finally {
      this.#places.give(1);
    }
  }

  /** Runs `work` while no query runs; queries that come meanwhile wait. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.#places.take(this.#places.size);
    try {
      return await work();
    } finally {
      this.#places.give(this.#places.size);
    }
  }

  /** Ends all queries under way. */
  async cancelAll(why: 'memory' | 'closed'): Promise<void> {
    await Promise.all([...this.#running].map((query) => query.cancel(why)));
  }

  /** Ends all queries and refuses those that wait. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.cancelAll('closed');
  }

  #leave(query: RunningQuery): void {
    this.#running.delete(query);
    this.#places.give(1);
  }
}
