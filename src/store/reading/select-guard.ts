import { InputError } from '../../core/errors.js';
import { duckdb, type DuckDBConnection, type DuckDBPreparedStatement } from '../schema/duckdb.js';
import { invalidQuery } from './invalid-query.js';

/**
 * Prepares one SELECT and refuses everything else. DuckDB decides: first its parser (nothing is bound yet, so the text has no
 * effect), then its planner. Functions are checked in the parse tree, because a SELECT can call table functions that write
 * logs, profiles or checkpoints, or open files.
 *
 * @throws {InputError} QUERY_INVALID, QUERY_NOT_READ_ONLY, QUERY_TOO_COMPLEX
 */
export async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  if (sql.length > MAX_LENGTH) throw tooComplex(`it is longer than ${MAX_LENGTH} characters`);
  assertHarmless(await parse(connection, sql));
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw notReadOnly('it has to be exactly one statement');
    const statement = await statements.prepare(0);
    if (statement.statementType !== duckdb.StatementType.SELECT) throw notReadOnly();
    return statement;
  } catch (error) {
    throw error instanceof InputError ? error : await invalidQuery(connection, sql, error);
  }
}

/** Longest query in characters. The parser limits depth, but not length. */
const MAX_LENGTH = 64 * 1024;
/** Tables, joins and subqueries after common table expressions are inlined: 40 expressions can make 2^40 of them. */
const MAX_RELATIONS = 2_000;

const HARMLESS_TABLE_FUNCTIONS = new Set([
  ...['range', 'generate_series', 'unnest', 'repeat', 'repeat_row', 'json_each', 'json_tree', 'summary'],
  ...['histogram', 'histogram_values', 'pragma_table_info', 'duckdb_columns', 'duckdb_tables', 'duckdb_views'],
  ...['duckdb_functions', 'duckdb_types', 'duckdb_schemas', 'duckdb_keywords', 'duckdb_constraints', 'duckdb_settings'],
]);
const HARMFUL_FUNCTIONS = new Set(['nextval', 'write_log', 'sleep_ms', 'pg_sleep', 'json_serialize_plan']);

type Tree = null | boolean | number | string | readonly Tree[] | Node;
interface Node {
  readonly [name: string]: Tree;
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Tree> {
  const result = await connection.runAndReadAll('select json_serialize_sql($1::varchar)::varchar', [sql]);
  const parsed = JSON.parse(String(result.getRows()[0]?.[0])) as {
    error: boolean;
    error_type?: string;
    statements?: readonly { readonly node: Tree }[];
  };
  if (!parsed.error) {
    if (parsed.statements?.length !== 1) throw notReadOnly('it has to be exactly one statement');
    return parsed.statements[0]!.node;
  }
  if (parsed.error_type === 'not implemented') throw /\bpivot\b/i.test(sql) ? namelessPivot() : notReadOnly();
  // This error has the line and a caret under the place.
  const error = await connection.extractStatements(sql).catch((thrown: unknown) => thrown);
  throw await invalidQuery(connection, sql, error);
}

function assertHarmless(tree: Tree): void {
  if (weigh(tree, new Map()) > MAX_RELATIONS) throw tooComplex('it reads too many tables, subqueries counted');
}

/** Counts the relations that a query reads. Throws if it calls a function that can have an effect. */
function weigh(tree: Tree, expressions: ReadonlyMap<string, number>): number {
  if (tree === null || typeof tree !== 'object') return 0;
  if (isList(tree)) return tree.reduce<number>((sum, part) => sum + weigh(part, expressions), 0);
  const { type, table_name: table, function_name: called } = tree;
  if (typeof called === 'string' && HARMFUL_FUNCTIONS.has(called.toLowerCase()))
    throw notReadOnly(`${called}() is not allowed`);
  if (type === 'TABLE_FUNCTION') assertHarmlessSource(tree);
  const known = withExpressions(tree, expressions);
  let weight = 0;
  if (typeof table === 'string') {
    // DuckDB reads a file if a table's name looks like a path.
    if (/[./\\]/.test(table)) throw notReadOnly(`"${table}" looks like a file`);
    weight = Math.max(1, known.get(table.toLowerCase()) ?? 0);
  }
  for (const [name, part] of Object.entries(tree)) if (name !== 'cte_map') weight += weigh(part, known);
  return weight;
}

/** The common table expressions of a node, each with the number of relations that it reads. */
function withExpressions(tree: Node, outer: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const map = isNode(tree['cte_map']) ? tree['cte_map']['map'] : undefined;
  if (!isList(map) || map.length === 0) return outer;
  const known = new Map(outer);
  for (const entry of map) {
    if (isNode(entry) && typeof entry['key'] === 'string') {
      known.set(entry['key'].toLowerCase(), weigh(entry['value'] ?? null, known));
    }
  }
  return known;
}

function assertHarmlessSource(tree: Node): void {
  const name = isNode(tree['function']) ? tree['function']['function_name'] : undefined;
  if (typeof name === 'string' && HARMLESS_TABLE_FUNCTIONS.has(name.toLowerCase())) return;
  throw notReadOnly(`${typeof name === 'string' ? `${name}()` : 'this'} is not allowed after FROM`);
}

const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);
const isNode = (tree: Tree | undefined): tree is Node =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);

function notReadOnly(why = 'only a SELECT can be asked'): InputError {
  return new InputError('QUERY_NOT_READ_ONLY', `This query was not run: ${why}.`, {
    hint: 'One SELECT, WITH, FROM, SHOW, DESCRIBE, SUMMARIZE or PIVOT on the views.',
  });
}

/** DuckDB turns it into two statements, and the first one creates a type. */
function namelessPivot(): InputError {
  return new InputError(
    'QUERY_NOT_READ_ONLY',
    'This query was not run: the PIVOT does not name the values of its columns.',
    {
      hint: "Name them, for example: PIVOT curves ON metric IN ('loss', 'val_loss') USING max(value)",
    },
  );
}

const tooComplex = (why: string): InputError =>
  new InputError('QUERY_TOO_COMPLEX', `This query was not run: ${why}.`, { hint: 'Ask for less at once.' });
