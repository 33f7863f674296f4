import { chooseTrials } from '../recording/scores.js';
import type { Transaction } from '../recording/transaction.js';
import type { Writer } from '../recording/writer.js';
import { TABLES_OF_TRIALS } from '../schema/tables-of-trials.js';
import type { Doomed } from './doomed-results.js';

/**
 * Deletes results in one transaction. The numbers of deleted trials are not given again. `at` is milliseconds since 1970.
 */
export async function deleteResults(writer: Writer, { sweep, trials }: Doomed, at: number): Promise<void> {
  await writer.transaction(async (tx) => {
    await chooseTrials(
      tx,
      trials.map(({ id }) => id),
    );
    await noteDeletion(tx, sweep?.name, at);
    for (const table of TABLES_OF_TRIALS) {
      await tx.execute(`delete from data.${table} where trial in (from temp.chosen)`);
    }
    await tx.execute('delete from data.trials where id in (from temp.chosen)');
    // Every sweep has to look at all trials again: the greatest number that it has looked at may be gone.
    await tx.execute('update data.sweeps set settled_revision = null, settled_trial = null');
    if (sweep !== undefined) await deleteSweep(tx, sweep.id);
  });
}

/** `data.deletions` keeps the greatest number of a trial that there was, because `data.trials` may lose it. */
async function noteDeletion(tx: Transaction, sweep: string | undefined, at: number): Promise<void> {
  await tx.execute(
    `insert into data.deletions
     select epoch_ms($2::bigint), $1::varchar, (select count(*) from temp.chosen),
       (select coalesce(max(id), 0) from data.trials)`,
    [sweep ?? null, BigInt(at)],
  );
}

/** Deletes a sweep whose own trials are gone; the trials that are left belong to other sweeps. */
async function deleteSweep(tx: Transaction, sweep: number): Promise<void> {
  await handOverAttempts(tx, sweep);
  await tx.execute('delete from data.members where sweep = $1::integer', [sweep]);
  // Range tests that no sweep uses were made by hand, and stay.
  const own = `select lr_find from data.lr_find_sweeps group by lr_find having bool_and(sweep = $1::integer)`;
  await tx.execute(`delete from data.lr_find_points where lr_find in (${own})`, [sweep]);
  await tx.execute(`delete from data.lr_finds where id in (${own})`, [sweep]);
  await tx.execute('delete from data.lr_find_sweeps where sweep = $1::integer', [sweep]);
  await tx.execute('delete from data.revisions where sweep = $1::integer', [sweep]);
  await tx.execute('delete from data.sweeps where id = $1::integer', [sweep]);
}

/**
 * The attempts at a shared trial keep the conditions that they ran under: the revisions go to another sweep of the trial, with
 * numbers below 1, so that they are never its latest.
 */
async function handOverAttempts(tx: Transaction, sweep: number): Promise<void> {
  const inherited = await tx.rows(
    `select heir, a.revision
     from data.attempts a
     join (select trial, max(sweep) as heir from data.members where sweep <> $1::integer group by trial) m on m.trial = a.trial
     where a.sweep = $1::integer
     group by heir, a.revision order by heir, a.revision desc`,
    [sweep],
  );
  for (const [heir, revision] of inherited) {
    const values = [sweep, Number(heir), Number(revision)];
    const [lowest] = await tx.rows('select least(1, min(revision)) - 1 from data.revisions where sweep = $1::integer', [
      Number(heir),
    ]);
    const number = Number(lowest?.[0]);
    await tx.execute(
      `insert into data.revisions by name
       select * replace ($2::integer as sweep, ${number} as revision) from data.revisions
       where sweep = $1::integer and revision = $3::integer`,
      values,
    );
    await tx.execute(
      `update data.attempts set sweep = $2::integer, revision = ${number}
       where sweep = $1::integer and revision = $3::integer
         and trial in (select trial from data.members where sweep = $2::integer)
         and trial not in (select trial from data.members where sweep > $2::integer and sweep <> $1::integer)`,
      values,
    );
  }
}
