import type { Objective } from '../../core/objective.js';
import { chooseTrials, rescoreChosen } from './scores.js';
import type { Transaction } from './transaction.js';
import { moveStored } from './trial-status.js';

/**
 * Ends the attempts that a dead process left running; call it only while no other process has the database open. Their outcome
 * is `lost`, not `failed`, and their end is the time of their last report. `requeue`: this process goes on with the trials.
 * `interrupt`: they are paused until a resume.
 */
export async function recoverLostTrials(tx: Transaction, move: 'requeue' | 'interrupt' = 'requeue'): Promise<void> {
  const lost = await tx.rows(
    `select id, attempt, device, slot, node, pid, threads, epoch_ms(attempt_started_at),
       epoch_ms(coalesce((
         select max(recorded_at) from data.epochs e where e.trial = t.id and e.attempt = t.attempt
       ), attempt_started_at))
     from data.trials t where status = 'running'`,
  );
  if (lost.length === 0) return;
  // A process runs one sweep at a time: the dead process ran the sweep that was opened last.
  const [last] = await tx.rows(
    `select s.id, d.revision from data.sweeps s join data.declarations d on d.sweep = s.id
     order by s.opened_at desc, s.id desc limit 1`,
  );
  await tx.append(
    'attempts',
    lost.map(([id, attempt, device, slot, node, pid, threads, startedAt, endedAt]) => [
      ...[Number(id), Number(attempt), Number(last?.[0]), Number(last?.[1])],
      ...[String(device), Number(slot), pid as number | null, Number(threads), Number(startedAt), Number(endedAt)],
      ...['lost', false, null, null, null, null, null, null, node as string | null],
    ]),
  );
  await moveStored(tx, move, {
    set: 'ended_at = a.ended_at, seconds = coalesce(seconds, 0) + epoch(a.ended_at - a.started_at)',
    from: 'data.attempts a',
    where: 'a.trial = data.trials.id and a.attempt = data.trials.attempt',
  });
  await rescore(
    tx,
    lost.map(([id]) => Number(id)),
  );
}

/** Computes standings again: those of a running trial are written late, so the dead process may not have written them. */
async function rescore(tx: Transaction, trials: readonly number[]): Promise<void> {
  await chooseTrials(tx, trials);
  const sweeps = await tx.rows(
    `select d.sweep, d.metric, d.goal from data.declarations d
     where d.sweep in (select sweep from data.members where trial in (from temp.chosen))`,
  );
  for (const [id, metric, goal] of sweeps) {
    const objective: Objective = { metric: String(metric), goal: goal === 'maximize' ? 'maximize' : 'minimize' };
    await rescoreChosen(tx, { id: Number(id), objective });
  }
}
