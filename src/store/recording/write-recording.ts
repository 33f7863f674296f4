import { duckdb } from '../schema/duckdb.js';
import { trialColumns, type ParameterColumns } from '../schema/parameter-columns.js';
import type { Recording } from './recording.js';
import type { Transaction } from './transaction.js';
import { viewStatements } from '../schema/views.js';

/** Writes what a recording holds. The number of statements does not depend on the number of events. */
export async function writeRecording(tx: Transaction, recording: Recording, columns: ParameterColumns): Promise<void> {
  if (recording.alterations.length > 0) {
    await tx.alter([...recording.alterations, ...viewStatements(columns.all)]);
  }
  await tx.append('trials', recording.freshTrials, trialColumns(columns));
  await tx.append('members', recording.freshMembers);
  await tx.executeOver(RESTART_TRIALS, TRIAL_TYPES, recording.restartedTrials);
  await tx.executeOver(END_TRIALS, END_TYPES, recording.endedTrials);
  await tx.executeOver(UPDATE_MEMBERS, MEMBER_TYPES, recording.changedMembers);
  await tx.append('epochs', recording.epochs);
  await tx.append('class_counts', recording.classCounts);
  for (const table of ['epochs', 'class_counts'] as const) {
    await tx.executeOver(supersede(table), [INTEGER, INTEGER, INTEGER], recording.rewinds);
  }
  await tx.append('confusion', recording.confusion);
  await tx.executeOver(DELETE_CONFUSION, [INTEGER, INTEGER, INTEGER], recording.outdated);
  await tx.append('checkpoints', recording.checkpoints);
  await tx.executeOver(REMOVE_CHECKPOINTS, [INTEGER, INTEGER, INTEGER, TIMESTAMP], recording.overwritten);
  await tx.append('attempts', recording.attempts);
  await tx.append('warnings', recording.warnings);
}

const { INTEGER, VARCHAR, TIMESTAMP, DOUBLE } = duckdb;

// Lists are cast to their types: a statement whose parameters have none is planned anew each time it runs.

const TRIAL_TYPES = [
  ...[INTEGER, VARCHAR, INTEGER, INTEGER, VARCHAR, INTEGER, INTEGER, INTEGER],
  ...[TIMESTAMP, TIMESTAMP, DOUBLE, VARCHAR],
];
const RESTART_TRIALS = `
  update data.trials set
    status = c.status, attempt = c.attempt, failures = c.failures, device = c.device, slot = c.slot, pid = c.pid,
    threads = c.threads, attempt_started_at = c.attempt_started_at, ended_at = c.ended_at, seconds = c.seconds,
    node = c.node
  from (
    select unnest($1::integer[]) as id, unnest($2::varchar[]) as status, unnest($3::integer[]) as attempt,
      unnest($4::integer[]) as failures, unnest($5::varchar[]) as device, unnest($6::integer[]) as slot,
      unnest($7::integer[]) as pid, unnest($8::integer[]) as threads, unnest($9::timestamp[]) as attempt_started_at,
      unnest($10::timestamp[]) as ended_at, unnest($11::double[]) as seconds, unnest($12::varchar[]) as node
  ) c
  where data.trials.id = c.id`;

const END_TYPES = [INTEGER, VARCHAR, INTEGER, TIMESTAMP, DOUBLE];
const END_TRIALS = `
  update data.trials set status = c.status, failures = c.failures, ended_at = c.ended_at, seconds = c.seconds
  from (
    select unnest($1::integer[]) as id, unnest($2::varchar[]) as status, unnest($3::integer[]) as failures,
      unnest($4::timestamp[]) as ended_at, unnest($5::double[]) as seconds
  ) c
  where data.trials.id = c.id`;

const MEMBER_TYPES = [INTEGER, INTEGER, INTEGER, DOUBLE, DOUBLE];
const UPDATE_MEMBERS = `
  update data.members set best_epoch = c.best_epoch, objective = c.objective, score = c.score
  from (
    select unnest($1::integer[]) as sweep, unnest($2::integer[]) as trial, unnest($3::integer[]) as best_epoch,
      unnest($4::double[]) as objective, unnest($5::double[]) as score
  ) c
  where data.members.trial = c.trial and data.members.sweep = c.sweep`;

const EPOCHS = `
  select unnest($1::integer[]) as trial, unnest($2::integer[]) as attempt, unnest($3::integer[]) as epoch`;

const supersede = (table: 'epochs' | 'class_counts'): string => `
  update data.${table} set superseded = true
  from (${EPOCHS}) r
  where data.${table}.trial = r.trial and data.${table}.attempt < r.attempt and data.${table}.epoch >= r.epoch`;

const DELETE_CONFUSION = `
  delete from data.confusion using (${EPOCHS}) c
  where data.confusion.trial = c.trial and data.confusion.attempt = c.attempt and data.confusion.epoch = c.epoch`;

const REMOVE_CHECKPOINTS = `
  update data.checkpoints set removed_at = c.at
  from (${EPOCHS}, unnest($4::timestamp[]) as at) c
  where data.checkpoints.trial = c.trial and data.checkpoints.attempt = c.attempt and data.checkpoints.epoch = c.epoch
    and data.checkpoints.removed_at is null`;
