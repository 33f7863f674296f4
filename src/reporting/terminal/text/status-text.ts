import type { ChalkInstance } from 'chalk';
import { printable } from '../../../core/printable.js';
import type { RunningTrialStatus, StatusReport } from '../../../core/results/sweep-status.js';
import { formatBytes, formatCounted, formatDuration, formatMetric } from '../../../core/format.js';
import { drawTable } from '../tables/table.js';
import { headline } from '../tables/leaderboard.js';

export interface StatusOptions {
  /** Path of the database. */
  readonly db: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: ChalkInstance;
}

/** A line for each sweep, the running trials, and the process that has the database open. */
export function statusText(report: StatusReport, { db, now, style }: StatusOptions): string {
  const { sweeps, running, checkpoints, holder } = report;
  const lines = sweeps.map((one) => {
    const best = one.best ? `  best ${style.green(formatMetric(one.best.objective))} (trial ${one.best.trial})` : '';
    const space = checkpoints.get(one.name);
    const onDisk = space ? `${formatCounted(space.files, 'checkpoint')} of ${formatBytes(space.bytes)}, ` : '';
    const since = formatDuration((now - one.lastRunAt) / 1000);
    const ago = holder?.sweep === one.name ? `running for ${since}` : `ran ${since} ago`;
    return `${headline(one, style)}${best}  ${style.dim(`${onDisk}${ago}`)}\n`;
  });
  const held = holder
    ? `${db} is open in process ${holder.pid}, which has run ${printable(holder.sweep)} for ${formatDuration((now - holder.startedAt) / 1000)}\n`
    : '';
  return [...lines, running.length > 0 ? `\n${runningTable(running, now, style)}` : '', held && `\n${held}`].join('');
}

function runningTable(trials: readonly RunningTrialStatus[], now: number, style: ChalkInstance): string {
  const columns = [
    { title: 'slot' },
    { title: 'trial', align: 'right' },
    { title: 'sweep' },
    { title: 'epochs done', align: 'right' },
    { title: 'best so far', align: 'right' },
    { title: 'time', align: 'right' },
  ] as const;
  const rows = trials.map(({ device, slot, trial, sweep, epoch, objective, startedAt }) => [
    `${device}/${slot}`,
    String(trial),
    sweep,
    String(epoch ?? 0),
    formatMetric(objective),
    formatDuration((now - startedAt) / 1000),
  ]);
  return drawTable(columns, rows, { style });
}
