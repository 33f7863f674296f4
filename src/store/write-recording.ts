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
  await tx.executeOver(SUPERSEDE_EPOCHS, [INTEGER, INTEGER, INTEGER], recording.rewinds);
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

const SUPERSEDE_EPOCHS = `
  update data.epochs set superseded = true
  from (select unnest($1) as trial, unnest($2) as attempt, unnest($3) as epoch) r
  where data.epochs.trial = r.trial and data.epochs.attempt < r.attempt and data.epochs.epoch >= r.epoch`;
