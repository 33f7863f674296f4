import type { QueryValue } from '../../core/results/reader.js';
import { InputError, SweepwrightError } from '../../core/errors.js';
import { shapeOf, toCell } from './cells.js';
import type { DuckDBConnection, DuckDBResult } from '../schema/duckdb.js';
import type { Cell, Column, QueryResult, Row } from '../../core/results/query-result.js';
import { cancelledQuery, type Cancellation, type QueryLimits } from './query-limits.js';
import { prepareSelect } from './select-guard.js';
import { damaged, isDamage, isOutOfMemory, messageOf } from '../store-errors.js';

const WATCH_MS = 50;

/** One query with its own connection, which it closes at its end, at an error, or when it is cancelled. */
export class RunningQuery implements QueryResult {
  readonly ended: Promise<void>;
  columns: readonly Column[] = [];
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #limits: QueryLimits;
  readonly #timers: NodeJS.Timeout[] = [];
  #result: DuckDBResult | undefined;
  #rows = 0;
  #cancelled: Cancellation | undefined;
  /** The running call into DuckDB. The connection must not be closed before it ends. */
  #call: Promise<unknown> = Promise.resolve();
  #open = true;
  #resolveEnded: () => void = () => undefined;

  /** `path`: of the database, for messages. */
  constructor(connection: DuckDBConnection, path: string, limits: QueryLimits) {
    this.#path = path;
    this.#connection = connection;
    this.#limits = limits;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#watch();
  }

  async start(sql: string, values: readonly QueryValue[]): Promise<void> {
    this.#result = await this.#within(async () => {
      const statement = await prepareSelect(this.#connection, sql);
      await this.#connection.run('begin transaction read only');
      statement.bind([...values]);
      return statement.stream();
    });
    const result = this.#result;
    this.columns = result.deduplicatedColumnNames().map((name, index) => {
      const type = result.columnType(index);
      return { name, type: type.alias ?? type.toString(), shape: shapeOf(type) };
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Row[]> {
    try {
      for (;;) {
        const rows = await this.#within(() => this.#fetch());
        if (rows.length === 0) return;
        yield rows;
      }
    } finally {
      this.#end();
    }
  }

  close(): Promise<void> {
    return this.cancel('closed');
  }

  /** Ends the query as soon as DuckDB returns from the running call. A second call has no effect. */
  async cancel(why: Cancellation): Promise<void> {
    if (!this.#open) return;
    if (this.#cancelled) return this.ended;
    this.#cancelled = why;
    this.#connection.interrupt();
    // An interruption ends only the current statement, and a query begins with several.
    const again = setInterval(() => this.#connection.interrupt(), WATCH_MS);
    await this.#call.catch(() => undefined);
    clearInterval(again);
    this.#end();
  }

  async #fetch(): Promise<readonly Row[]> {
    const chunk = await this.#result?.fetchChunk();
    // An interrupted stream looks like a finished one.
    if (!chunk || this.#cancelled) return [];
    this.#rows += chunk.rowCount;
    if (this.#rows > this.#limits.rows) void this.cancel('rows');
    return chunk.convertRows<Cell>(toCell);
  }

  /** Runs one call into DuckDB. Distinguishes cancellation, end and error. */
  async #within<T>(work: () => Promise<T>): Promise<T> {
    try {
      // `cancel` would not wait for a call that begins now, and closes the connection.
      const call = this.#cancelled || !this.#open ? Promise.reject(new Error('closed')) : work();
      this.#call = call;
      const value = await call;
      if (this.#cancelled) throw new Error('cancelled');
      return value;
    } catch (error) {
      this.#end();
      throw this.#explain(error);
    }
  }

  #watch(): void {
    const { timeoutMs, growthBytes } = this.#limits;
    if (Number.isFinite(timeoutMs)) this.#timers.push(setTimeout(() => void this.cancel('timeout'), timeoutMs));
    if (!Number.isFinite(growthBytes)) return;
    const before = process.memoryUsage.rss();
    const look = (): void => {
      if (process.memoryUsage.rss() - before > growthBytes) void this.cancel('memory');
    };
    this.#timers.push(setInterval(look, WATCH_MS));
  }

  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#connection.closeSync();
    this.#resolveEnded();
  }

  #explain(error: unknown): SweepwrightError {
    if (this.#cancelled) return cancelledQuery(this.#cancelled, this.#limits);
    if (error instanceof SweepwrightError) return error;
    if (isOutOfMemory(error)) return cancelledQuery('memory', this.#limits);
    if (isDamage(error)) return damaged(this.#path, error);
    return new InputError('QUERY_INVALID', messageOf(error).trim(), { cause: error });
  }
}
