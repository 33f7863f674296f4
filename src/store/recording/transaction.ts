import {
  duckdb,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
} from '../schema/duckdb.js';

/** A value for a column of the schema `data`; times are milliseconds since 1970. */
export type Value = string | number | boolean | null;

interface TableAppender {
  readonly appender: DuckDBAppender;
  /** The table's columns, in its own order. */
  readonly names: readonly string[];
}

const TABLE_COLUMNS = `
  select column_name from duckdb_columns() where schema_name = 'data' and table_name = $1 order by column_index`;

/** Runs transactions on one connection, one at a time; prepared statements are kept for the next transaction. */
export class Transaction {
  readonly #connection: DuckDBConnection;
  readonly #statements = new Map<string, DuckDBPreparedStatement>();
  readonly #appenders = new Map<string, TableAppender>();
  #committing = false;
  /** A rollback failed: out of memory, or the failed commit had already rolled back. */
  #unfinished = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Whether the last statement was a commit. If the instance broke down in it, the transaction may or may not be on disk. */
  get wasCommitting(): boolean {
    return this.#committing;
  }

  /** Runs `work` in a transaction; rolls back and rethrows if it throws. */
  async run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#committing = false;
    if (this.#unfinished) await this.#rollBack();
    await this.execute('begin');
    try {
      const value = await work(this);
      this.#committing = true;
      await this.execute('commit');
      return value;
    } catch (error) {
      this.#dropAppenders();
      await this.#rollBack();
      throw error;
    }
  }

  /** Runs one statement, prepared at its first use, with values for `$1`, `$2`, ...; returns the number of changed rows. */
  async execute(sql: string, values: readonly DuckDBValue[] = []): Promise<number> {
    const statement = await this.#prepared(sql);
    statement.bind([...values]);
    return (await statement.run()).rowsChanged;
  }

  /**
   * Runs one statement over many rows, bound as one list per column: `unnest($1)`, `unnest($2)`, ...; returns the number of
   * changed rows.
   */
  async executeOver(sql: string, types: readonly DuckDBType[], rows: readonly (readonly Value[])[]): Promise<number> {
    if (rows.length === 0) return 0;
    const lists = types.map((type, index) => duckdb.listValue(rows.map((row) => toDuckDB(type, row[index] ?? null))));
    const statement = await this.#prepared(sql);
    statement.bind(
      lists,
      types.map((type) => duckdb.LIST(type)),
    );
    return (await statement.run()).rowsChanged;
  }

  /** The rows of a query. */
  async rows(sql: string, values: readonly DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    const statement = await this.#prepared(sql);
    statement.bind([...values]);
    return (await statement.runAndReadAll()).getRows();
  }

  /** Runs statements that change a table's columns. */
  async alter(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    // Appenders were made for the columns that the table had before.
    this.#dropAppenders();
    for (const statement of statements) await this.#connection.run(statement);
  }

  /**
   * Adds rows to a table of the schema `data`. `columns` names the columns of the rows; without it they are in the table's own
   * order, which for `trials` differs between databases, because migrations add columns behind those of the parameters.
   */
  async append(table: string, rows: readonly (readonly Value[])[], columns?: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    const { appender, names } = await this.#appender(table);
    const values = names.map((name, index) => ({
      type: appender.columnType(index),
      at: columns === undefined ? index : columns.indexOf(name),
    }));
    for (const row of rows) {
      for (const { type, at } of values) appendValue(appender, type, row[at] ?? null);
      appender.endRow();
    }
    appender.flushSync();
  }

  async #appender(table: string): Promise<TableAppender> {
    const known = this.#appenders.get(table);
    if (known !== undefined) return known;
    const rows = await this.rows(TABLE_COLUMNS, [table]);
    const appender = await this.#connection.createAppender(table, 'data');
    const made = { appender, names: rows.map(([name]) => String(name)) };
    this.#appenders.set(table, made);
    return made;
  }

  /** Makes a temporary table, `temp.<table>`, with these rows. `types` has the column types by name. */
  async stage(
    table: string,
    types: Readonly<Record<string, DuckDBType>>,
    rows: readonly (readonly Value[])[],
  ): Promise<void> {
    const columns = Object.entries(types).map(([name, type]) => `${name} ${type.toString()}`);
    const lists = columns.map((_, index) => `unnest($${index + 1})`);
    // Not prepared: a prepared statement that creates a table creates an empty one when it runs again.
    await this.#connection.run(`create or replace temp table ${table} (${columns.join(', ')})`);
    await this.executeOver(`insert into temp.${table} select ${lists.join(', ')}`, Object.values(types), rows);
  }

  /** Writes the write-ahead log into the database file. */
  async checkpoint(): Promise<void> {
    await this.#connection.run('checkpoint');
  }

  /** Keeps the write-ahead log when the instance is closed: the next opening replays it. */
  async keepLog(): Promise<void> {
    await this.#connection.run('pragma disable_checkpoint_on_shutdown');
  }

  close(): void {
    this.#dropAppenders();
    this.#connection.closeSync();
  }

  async #rollBack(): Promise<void> {
    try {
      await this.execute('rollback');
      this.#unfinished = false;
    } catch {
      this.#unfinished = !this.#unfinished;
    }
  }

  async #prepared(sql: string): Promise<DuckDBPreparedStatement> {
    const statement = this.#statements.get(sql) ?? (await this.#connection.prepare(sql));
    this.#statements.set(sql, statement);
    return statement;
  }

  #dropAppenders(): void {
    for (const { appender } of this.#appenders.values()) {
      try {
        appender.clear();
        appender.closeSync();
      } catch {
        // Its rows are discarded in any case.
      }
    }
    this.#appenders.clear();
  }
}

const Id = duckdb.DuckDBTypeId;

function appendValue(appender: DuckDBAppender, { typeId }: DuckDBType, value: Value): void {
  if (value === null) return appender.appendNull();
  switch (typeId) {
    case Id.INTEGER:
      return appender.appendInteger(Number(value));
    case Id.BIGINT:
      return appender.appendBigInt(BigInt(value));
    case Id.DOUBLE:
      return appender.appendDouble(Number(value));
    case Id.BOOLEAN:
      return appender.appendBoolean(Boolean(value));
    case Id.TIMESTAMP:
      return appender.appendTimestamp(timestamp(Number(value)));
    default:
      return appender.appendVarchar(String(value));
  }
}

const toDuckDB = (type: DuckDBType, value: Value): DuckDBValue =>
  type.typeId === Id.TIMESTAMP && value !== null ? timestamp(Number(value)) : value;

/** Converts milliseconds since 1970 to a DuckDB timestamp. */
export const timestamp = (at: number): InstanceType<typeof duckdb.DuckDBTimestampValue> =>
  new duckdb.DuckDBTimestampValue(BigInt(Math.round(at * 1000)));
