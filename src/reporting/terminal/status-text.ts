import type { ChalkInstance } from 'chalk';
import type { Reader } from '../../core/results/reader.js';
import type { RunningTrialStatus } from '../../core/results/sweep-status.js';
import { formatCounted, formatDuration, formatMetric } from '../format.js';
import { drawTable } from './table.js';
import { formatBytes } from '../../runtime/format.js';
import { checkpointSpace } from '../../store/reading/queries/checkpoints.js';
import { resolveSweep } from '../../store/reading/queries/sweep-names.js';
import { runningTrials, sweepStatuses } from '../../store/reading/queries/sweep-status.js';
import { headline } from './leaderboard.js';

export interface StatusOptions {
  /** All where there is none. */
  readonly sweep: string | undefined;
  readonly db: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: ChalkInstance;
}

/** A line per sweep, the trials under way, and who has the database open. */
export async function statusText(reader: Reader, { sweep, db, now, style }: StatusOptions): Promise<string> {
  // Says what there is where the name is wrong or nothing is there.
  const named = await resolveSweep(reader, sweep);
  const isMeant = (name: string): boolean => sweep === undefined || name === named;
  const sweeps = (await sweepStatuses(reader)).filter(({ name }) => isMeant(name));
  const running = (await runningTrials(reader)).filter((trial) => isMeant(trial.sweep));
  const space = await checkpointSpace(reader);
  const lines = sweeps.map((one) => {
    const best = one.best ? `  best ${style.green(formatMetric(one.best.objective))} (trial ${one.best.trial})` : '';
    const taken = space.get(one.name);
    const onDisk = taken ? `${formatCounted(taken.files, 'checkpoint')} of ${formatBytes(taken.bytes)}, ` : '';
    const ago = `ran ${formatDuration((now - one.lastRunAt) / 1000)} ago`;
    return `${headline(one, style)}${best}  ${style.dim(`${onDisk}${ago}`)}\n`;
  });
  const { holder } = reader;
  const held = holder
    ? `${db} is open in process ${holder.pid}, which has run ${holder.sweep} for ${formatDuration((now - holder.startedAt) / 1000)}\n`
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
