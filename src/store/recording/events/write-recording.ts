import { duckdb } from '../../schema/duckdb.js';
import type { ParameterColumns } from '../../schema/parameter-columns.js';
import type { Recording } from './recording.js';
import type { Transaction } from '../transaction.js';
import { insertTrials, writeEnded, writeRestarted } from '../trial-status.js';
import { viewStatements } from '../../schema/views.js';

/** Writes the rows of a recording. The number of statements does not depend on the number of events. */
export async function writeRecording(tx: Transaction, recording: Recording, columns: ParameterColumns): Promise<void> {
  if (recording.alterations.length > 0) {
    await tx.alter([...recording.alterations, ...viewStatements(columns.all)]);
  }
  await insertTrials(tx, recording.freshTrials, columns);
  await tx.append('members', recording.freshMembers);
  await writeRestarted(tx, recording.restartedTrials);
  await writeEnded(tx, recording.endedTrials);
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

const { INTEGER, TIMESTAMP, DOUBLE } = duckdb;

// Parameters are cast to list types: DuckDB plans a statement with untyped parameters again each time it runs.

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
