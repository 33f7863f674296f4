import { IllegalTransitionError } from '../../core/errors.js';
import { TRIAL_MOVES, TRIAL_STATUSES, transition, type TrialMove, type TrialStatus } from '../../core/trial/trial.js';
import { duckdb, type DuckDBValue } from '../schema/duckdb.js';
import { trialColumns, type ParameterColumns } from '../schema/parameter-columns.js';
import type { LiveTrial } from './events/live-trial.js';
import type { Transaction, Value } from './transaction.js';

// The only module that writes `data.trials.status`, in two ways. A `Recording` moves trials in memory (`moveTrial`), possibly
// several times per commit, and then replaces the status that each row had before. All other code makes one move in one
// statement (`moveStored`).

/** Moves a trial in memory. @throws {IllegalTransitionError} if its status does not allow the move; then nothing has changed */
export function moveTrial(trial: LiveTrial, move: TrialMove): void {
  trial.status = transition(trial.status, move);
}

/** Adds rows to `data.trials`, each with a status that follows from `new`. Values in the order of `trialColumns`. */
export const insertTrials = (
  tx: Transaction,
  rows: readonly (readonly Value[])[],
  columns: ParameterColumns,
): Promise<void> => tx.append('trials', rows, trialColumns(columns));

/**
 * Updates trials whose next attempt has begun, and may have ended: `id`, the status that the row has so far, and the new values
 * from `status` to `threads` and from `attempt_started_at` to `node`.
 *
 * @throws {IllegalTransitionError} if a row has another status
 */
export const writeRestarted = (tx: Transaction, rows: readonly (readonly Value[])[]): Promise<void> =>
  writeAll(tx, RESTART_TRIALS, RESTART_TYPES, rows);

/**
 * Updates trials whose attempt began in an earlier commit and has ended, for which fewer columns change: `id`, the status that
 * the row has so far, `status`, `failures`, `ended_at`, `seconds`.
 *
 * @throws {IllegalTransitionError} if a row has another status
 */
export const writeEnded = (tx: Transaction, rows: readonly (readonly Value[])[]): Promise<void> =>
  writeAll(tx, END_TRIALS, END_TYPES, rows);

export interface StoredMove {
  /** Selects the trials, among those whose status allows the move. */
  readonly where: string;
  /** Values for `$1`, `$2`, ... */
  readonly values?: readonly DuckDBValue[];
  /** Further columns to set, and the table that they come from. */
  readonly set?: string;
  readonly from?: string;
}

/** Makes a move with all trials that `where` selects and whose status allows it; returns their number. */
export function moveStored(
  tx: Transaction,
  move: TrialMove,
  { where, values = [], set, from }: StoredMove,
): Promise<number> {
  const sources = TRIAL_MOVES[move].from.map((status) => `'${status}'`).join(', ');
  return tx.execute(
    `update data.trials set status = '${TRIAL_MOVES[move].to}'${set === undefined ? '' : `, ${set}`}
     ${from === undefined ? '' : `from ${from}`}
     where data.trials.status in (${sources}) and (${where})`,
    values,
  );
}

/** Adds a copy of a trial's row under another number and key, with the same status. */
export async function copyStoredTrial(
  tx: Transaction,
  trial: number,
  { id, key }: { readonly id: number; readonly key: string },
): Promise<void> {
  await tx.execute(
    `insert into data.trials select * replace ($2::integer as id, $3::varchar as key) from data.trials where id = $1::integer`,
    [trial, id, key],
  );
}

/** @throws {IllegalTransitionError} if the trial has no row */
export async function storedStatus(
  tx: Transaction,
  trial: number,
): Promise<{ readonly key: string; readonly status: TrialStatus }> {
  const [row] = await tx.rows('select key, status from data.trials where id = $1::integer', [trial]);
  const status = statusOf(row?.[1]);
  if (status === undefined) throw new IllegalTransitionError('new', 'renew');
  return { key: String(row?.[0]), status };
}

/** Makes a move with one trial. @throws {IllegalTransitionError} if its status does not allow it, or it has no row */
export async function moveStoredTrial(tx: Transaction, move: TrialMove, trial: number): Promise<void> {
  if ((await moveStored(tx, move, { where: 'id = $1::integer', values: [trial] })) === 1) return;
  const [row] = await tx.rows('select status from data.trials where id = $1::integer', [trial]);
  throw new IllegalTransitionError(statusOf(row?.[0]) ?? 'new', move);
}

/** The status with this text in the database; `undefined` for any other value. */
const statusOf = (value: unknown): TrialStatus | undefined => TRIAL_STATUSES.find((status) => status === value);

async function writeAll(
  tx: Transaction,
  sql: string,
  types: readonly (typeof INTEGER | typeof VARCHAR | typeof TIMESTAMP | typeof DOUBLE)[],
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const written = await tx.executeOver(sql, types, rows);
  if (written !== rows.length) throw new IllegalTransitionError('no longer known', 'write');
}

const { INTEGER, VARCHAR, TIMESTAMP, DOUBLE } = duckdb;

// Parameters are cast to list types: DuckDB plans a statement with untyped parameters again each time it runs.

const RESTART_TYPES = [
  ...[INTEGER, VARCHAR, VARCHAR, INTEGER, INTEGER, VARCHAR, INTEGER, INTEGER, INTEGER],
  ...[TIMESTAMP, TIMESTAMP, DOUBLE, VARCHAR],
];
const RESTART_TRIALS = `
  update data.trials set
    status = c.status, attempt = c.attempt, failures = c.failures, device = c.device, slot = c.slot, pid = c.pid,
    threads = c.threads, attempt_started_at = c.attempt_started_at, ended_at = c.ended_at, seconds = c.seconds,
    node = c.node
  from (
    select unnest($1::integer[]) as id, unnest($2::varchar[]) as before, unnest($3::varchar[]) as status,
      unnest($4::integer[]) as attempt, unnest($5::integer[]) as failures, unnest($6::varchar[]) as device,
      unnest($7::integer[]) as slot, unnest($8::integer[]) as pid, unnest($9::integer[]) as threads,
      unnest($10::timestamp[]) as attempt_started_at, unnest($11::timestamp[]) as ended_at, unnest($12::double[]) as seconds,
      unnest($13::varchar[]) as node
  ) c
  where data.trials.id = c.id and data.trials.status = c.before`;

const END_TYPES = [INTEGER, VARCHAR, VARCHAR, INTEGER, TIMESTAMP, DOUBLE];
const END_TRIALS = `
  update data.trials set status = c.status, failures = c.failures, ended_at = c.ended_at, seconds = c.seconds
  from (
    select unnest($1::integer[]) as id, unnest($2::varchar[]) as before, unnest($3::varchar[]) as status,
      unnest($4::integer[]) as failures, unnest($5::timestamp[]) as ended_at, unnest($6::double[]) as seconds
  ) c
  where data.trials.id = c.id and data.trials.status = c.before`;
