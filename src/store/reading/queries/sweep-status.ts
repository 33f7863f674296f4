import { type Reader, readRows } from '../../../core/results/reader.js';
import type { RunningTrialStatus, SweepStatus } from '../../../core/results/sweep-status.js';
import { cellNumber, cellText, type Row } from '../../../core/results/query-result.js';
import { shownState } from '../../schema/shown-state.js';

const SELECT_STATUS = `
  select sweep, metric, goal, target, declared, queued, running, paused, completed, stopped, failed, best_trial,
    best_objective, epoch_ms(last_run_at), interrupted
  from sweeps`;

/** All sweeps, the one that ran last first. */
export async function sweepStatuses(reader: Reader): Promise<SweepStatus[]> {
  return (await readRows(reader, `${SELECT_STATUS} order by last_run_at desc, sweep`)).map(toStatus);
}

/** One sweep, which must exist. */
export async function sweepStatus(reader: Reader, name: string): Promise<SweepStatus> {
  const [row] = await readRows(reader, `${SELECT_STATUS} where sweep = $1`, [name]);
  return toStatus(row ?? []);
}

/** Trials that a process runs now, ordered by device and slot; empty if no process has the database open. */
export async function runningTrials(reader: Reader): Promise<RunningTrialStatus[]> {
  const rows = await readRows(
    reader,
    `with running as (from data.trials where ${shownState('trials')} = 'running'),
     latest as (
       select e.trial, max(e.epoch) as epoch from data.history e join running r on r.id = e.trial group by e.trial
     )
     select r.id, s.name, r.attempt, r.device, r.slot, l.epoch, m.objective, epoch_ms(r.attempt_started_at)
     from running r
     join data.members m on m.trial = r.id
     join data.sweeps s on s.id = m.sweep
     left join latest l on l.trial = r.id
     qualify row_number() over (partition by r.id order by s.opened_at desc) = 1
     order by r.device, r.slot, r.id`,
  );
  return rows.map(([trial, sweep, attempt, device, slot, epoch, objective, startedAt]) => ({
    trial: Number(trial),
    sweep: cellText(sweep),
    attempt: Number(attempt),
    device: cellText(device),
    slot: Number(slot),
    epoch: cellNumber(epoch),
    objective: cellNumber(objective),
    startedAt: Number(startedAt),
  }));
}

function toStatus(row: Row): SweepStatus {
  const [name, metric, goal, target, declared, queued, running, paused, completed, stopped, failed, ...rest] = row;
  const [bestTrial, bestObjective, lastRunAt, interrupted] = rest;
  return {
    name: cellText(name),
    metric: cellText(metric),
    goal: goal === 'maximize' ? 'maximize' : 'minimize',
    target: cellNumber(target),
    declared: cellNumber(declared),
    counts: {
      queued: Number(queued),
      running: Number(running),
      interrupted: Number(interrupted),
      paused: Number(paused),
      completed: Number(completed),
      stopped: Number(stopped),
      failed: Number(failed),
    },
    best: bestTrial == null ? undefined : { trial: Number(bestTrial), objective: Number(bestObjective) },
    lastRunAt: Number(lastRunAt),
  };
}
