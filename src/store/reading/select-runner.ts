import type { QueryValue } from '../../core/results/reader.js';
import { EnvironmentError } from '../../core/errors.js';
import type { DuckDBInstance } from '../schema/duckdb.js';
import { Places } from './places.js';
import type { QueryResult } from '../../core/results/query-result.js';
import { NO_LIMITS, type QueryLimits } from './query-limits.js';
import { RunningQuery } from './running-query.js';

/** Concurrent queries. Each occupies one of libuv's four threads, and the recorder needs one, too. */
const AT_ONCE = 2;

export interface QueryOptions {
  /** For `$1`, `$2`, ... */
  readonly values?: readonly QueryValue[] | undefined;
  /** Ends the query. */
  readonly signal?: AbortSignal | undefined;
  /** @default none */
  readonly limits?: QueryLimits;
}

/** Runs read-only queries on an instance, a few at a time, each on its own connection. */
export class SelectRunner {
  readonly #path: string;
  readonly #instance: () => DuckDBInstance | Promise<DuckDBInstance>;
  readonly #places = new Places(AT_ONCE);
  readonly #running = new Set<RunningQuery>();
  readonly #before: (() => Promise<void>)[] = [];
  #closed = false;

  /**
   * @param path - of the database, for messages
   * @param instance - called for every query, because the instance may have been opened again
   */
  constructor(path: string, instance: () => DuckDBInstance | Promise<DuckDBInstance>) {
    this.#path = path;
    this.#instance = instance;
  }

  /** Whether no query runs or waits. */
  get idle(): boolean {
    return this.#places.allFree;
  }

  /** Calls `work` before each query, so that the recorder can write rows that it has delayed. `work` never rejects. */
  onQuery(work: () => Promise<void>): void {
    this.#before.push(work);
  }

  /** Waits for a free place and starts the query. Errors: see `Reader`. */
  async query(sql: string, { values = [], signal, limits = NO_LIMITS }: QueryOptions = {}): Promise<QueryResult> {
    await Promise.all(this.#before.map((work) => work()));
    await this.#places.take(1);
    let query: RunningQuery | undefined;
    try {
      signal?.throwIfAborted();
      if (this.#closed) throw new EnvironmentError('STORE_CLOSED', 'the database has been closed');
      const connection = await (await this.#instance()).connect();
      query = new RunningQuery(connection, this.#path, limits);
      this.#running.add(query);
      signal?.addEventListener('abort', () => void query?.cancel('closed'), { once: true });
      await query.start(sql, values);
      return query;
    } finally {
      if (query) void query.ended.then(() => this.#leave(query!));
      else this.#places.give(1);
    }
  }

  /** Runs `work` like a query: it takes a place, and `alone` waits for its end. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    await Promise.all(this.#before.map((prepare) => prepare()));
    await this.#places.take(1);
    try {
      return await work();
    } finally {
      this.#places.give(1);
    }
  }

  /** Runs `work` while no query runs. New queries wait. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.#places.take(this.#places.size);
    try {
      return await work();
    } finally {
      this.#places.give(this.#places.size);
    }
  }

  /** Ends all running queries. */
  async cancelAll(why: 'memory' | 'closed'): Promise<void> {
    await Promise.all([...this.#running].map((query) => query.cancel(why)));
  }

  /** Ends running queries and refuses waiting ones. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.cancelAll('closed');
  }

  #leave(query: RunningQuery): void {
    this.#running.delete(query);
    this.#places.give(1);
  }
}
