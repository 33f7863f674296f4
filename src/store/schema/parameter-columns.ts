import { canonicalJson, type Params, type ParamValue } from '../../core/parameters.js';
import { quoteName, quoteText } from './sql-text.js';
import type { Transaction } from '../recording/transaction.js';

/** The columns of `data.trials` without those of parameters, in the order of a row's values. */
const TRIAL_COLUMNS = [
  ...['id', 'key', 'seed', 'params', 'status', 'attempt', 'failures', 'device', 'slot', 'pid', 'threads'],
  ...['started_at', 'attempt_started_at', 'ended_at', 'seconds', 'node'],
];

/** Names of all columns of `data.trials`: the fixed ones, then those of `ParameterColumns.row`. */
export const trialColumns = (columns: ParameterColumns): readonly string[] => [
  ...TRIAL_COLUMNS,
  ...columns.all.map(({ publicName }) => `params.${publicName}`),
];

/** The kind of values in a parameter's column: the narrowest one that holds every value seen so far. */
export type ParameterKind = 'null' | 'boolean' | 'integer' | 'number' | 'text' | 'json';

export interface ParameterColumn {
  /** Name in the sweep file, nested names joined by dots. */
  readonly name: string;
  /** Name in the views: prefixed with `params.` if a view's column or another parameter has the name already, in any case. */
  readonly publicName: string;
  readonly kind: ParameterKind;
}

/** Fixed columns of the views `leaderboard` and `trials`: a parameter `seed` is shown as `params.seed`. */
const VIEW_COLUMNS = {
  leaderboard: [
    'rank',
    'sweep',
    'trial',
    'trial_key',
    'state',
    'objective',
    'best_epoch',
    'seconds',
    'seed',
    'note',
    'tags',
  ],
  trials: [
    ...['sweep', 'trial', 'trial_key', 'state', 'current', 'position', 'proposed_as', 'attempt'],
    ...['failures', 'device'],
    ...['started_at', 'ended_at', 'seconds', 'objective', 'best_epoch', 'seed', 'params', 'note', 'tags'],
  ],
} as const;

/** The parameters' columns of `data.trials`, in the order in which they were added. Columns are added and widened, never removed. */
export class ParameterColumns {
  #columns = new Map<string, ParameterColumn>();

  /** Reads the columns from the database: at its opening, and after a failed commit. */
  async load(tx: Transaction): Promise<void> {
    const rows = await tx.rows('select name, public_name, kind from data.parameters order by ordinal');
    this.#columns = new Map(
      rows.map(([name, publicName, kind]) => [
        String(name),
        { name: String(name), publicName: String(publicName), kind: kind as ParameterKind },
      ]),
    );
  }

  get all(): readonly ParameterColumn[] {
    return [...this.#columns.values()];
  }

  /** Adds or widens columns for a trial's parameters; returns the SQL that does the same in the database, empty if all fit. */
  admit(params: Params): string[] {
    return Object.entries(params).flatMap(([name, value]) => {
      const kind = kindOf(value);
      const known = this.#columns.get(name);
      if (!known) {
        const column = { name, publicName: this.#freeName(name), kind };
        const ordinal = this.#columns.size;
        this.#columns.set(name, column);
        return addColumn(column, ordinal);
      }
      const wider = widen(known.kind, kind);
      if (wider === known.kind) return [];
      this.#columns.set(name, { ...known, kind: wider });
      return widenColumn(known, wider);
    });
  }

  /** A trial's values for the columns `all`, in the same order. */
  row(params: Params): (string | number | boolean | null)[] {
    return this.all.map(({ name, kind }) => columnValue(params[name] ?? null, kind));
  }

  #freeName(name: string): string {
    const taken = new Set<string>([...VIEW_COLUMNS.leaderboard, ...VIEW_COLUMNS.trials]);
    for (const { publicName } of this.#columns.values()) taken.add(publicName.toLowerCase());
    let free = name;
    while (taken.has(free.toLowerCase())) free = `params.${free}`;
    return free;
  }
}

/** The quoted name of a parameter's column in `data.trials`; the prefix keeps it apart from the fixed columns. */
export const storedName = (column: ParameterColumn): string => quoteName(`params.${column.publicName}`);

const SQL_TYPES: Readonly<Record<ParameterKind, string>> = {
  null: 'varchar',
  boolean: 'boolean',
  integer: 'bigint',
  number: 'double',
  text: 'varchar',
  json: 'json',
};

function kindOf(value: ParamValue): ParameterKind {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? 'text' : 'json';
}

function widen(a: ParameterKind, b: ParameterKind): ParameterKind {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  if (a === 'json' || b === 'json') return 'json';
  return isNumeric(a) && isNumeric(b) ? 'number' : 'text';
}

const isNumeric = (kind: ParameterKind): boolean => kind === 'integer' || kind === 'number';

function columnValue(value: ParamValue, kind: ParameterKind): string | number | boolean | null {
  if (value === null) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (typeof value === 'object') throw new TypeError(`a ${kind} column cannot hold ${JSON.stringify(value)}`);
  return kind === 'text' && typeof value !== 'string' ? canonicalJson(value) : value;
}

function addColumn(column: ParameterColumn, ordinal: number): string[] {
  const { name, publicName, kind } = column;
  return [
    `alter table data.trials add column ${storedName(column)} ${SQL_TYPES[kind]}`,
    `insert into data.parameters values (${quoteText(name)}, ${quoteText(publicName)}, '${kind}', ${ordinal})`,
  ];
}

function widenColumn(column: ParameterColumn, kind: ParameterKind): string[] {
  const stored = storedName(column);
  // Numbers and booleans are read again from the trial's JSON, which has them as they were written.
  const pointer = quoteText(`/${column.name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const read = kind === 'json' ? `json_extract(params, ${pointer})` : `json_extract_string(params, ${pointer})`;
  const using = kind === 'number' ? `${stored}::double` : `case when ${stored} is not null then ${read} end`;
  const type = SQL_TYPES[kind];
  return [
    `alter table data.trials alter column ${stored} set data type ${type} using ${column.kind === 'null' ? `null::${type}` : using}`,
    `update data.parameters set kind = '${kind}' where name = ${quoteText(column.name)}`,
  ];
}
