import { duckdb } from './duckdb.js';
import type { ParameterColumns } from './parameter-columns.js';
import type { Recording } from './recording.js';
import type { Transaction } from './transaction.js';
import { viewStatements } from './views.js';

/** Writes what a recording holds. The number of statements does not depend on the number of events. */
export async function writeRecording(tx: Transaction, recording: Recording, columns: ParameterColumns): Promise<void> {
  if (recording.alterations.length > 0) {
    await tx.alter([...recording.alterations, ...viewStatements(columns.all)]);
  }
  await tx.append('trials', recording.freshTrials);
  await tx.append('members', recording.freshMembers);
  await tx.executeOver(UPDATE_TRIALS, TRIAL_TYPES, recording.changedTrials);
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

const TRIAL_TYPES = [
  ...[INTEGER, VARCHAR, INTEGER, INTEGER, VARCHAR, INTEGER, INTEGER, INTEGER],
  ...[TIMESTAMP, TIMESTAMP, DOUBLE],
];
const UPDATE_TRIALS = `
  update data.trials set
    status = c.status, attempt = c.attempt, failures = c.failures, device = c.device, slot = c.slot, pid = c.pid,
    threads = c.threads, attempt_started_at = c.attempt_started_at, ended_at = c.ended_at, seconds = c.seconds
  from (
    select unnest($1) as id, unnest($2) as status, unnest($3) as attempt, unnest($4) as failures, unnest($5) as device,
      unnest($6) as slot, unnest($7) as pid, unnest($8) as threads, unnest($9) as attempt_started_at,
      unnest($10) as ended_at, unnest($11) as seconds
  ) c
  where data.trials.id = c.id`;

const MEMBER_TYPES = [INTEGER, INTEGER, INTEGER, DOUBLE, DOUBLE];
const UPDATE_MEMBERS = `
  update data.members set best_epoch = c.best_epoch, objective = c.objective, score = c.score
  from (
    select unnest($1) as sweep, unnest($2) as trial, unnest($3) as best_epoch, unnest($4) as objective, unnest($5) as score
  ) c
  where data.members.trial = c.trial and data.members.sweep = c.sweep`;

const supersede = (table: 'epochs' | 'class_counts'): string => `
  update data.${table} set superseded = true
  from (select unnest($1) as trial, unnest($2) as attempt, unnest($3) as epoch) r
  where data.${table}.trial = r.trial and data.${table}.attempt < r.attempt and data.${table}.epoch >= r.epoch`;

const DELETE_CONFUSION = `
  delete from data.confusion using (select unnest($1) as trial, unnest($2) as attempt, unnest($3) as epoch) c
  where data.confusion.trial = c.trial and data.confusion.attempt = c.attempt and data.confusion.epoch = c.epoch`;

const REMOVE_CHECKPOINTS = `
  update data.checkpoints set removed_at = c.at
  from (select unnest($1) as trial, unnest($2) as attempt, unnest($3) as epoch, unnest($4) as at) c
  where data.checkpoints.trial = c.trial and data.checkpoints.attempt = c.attempt and data.checkpoints.epoch = c.epoch
    and data.checkpoints.removed_at is null`;
