import type { ChalkInstance } from 'chalk';
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { formatCount, formatDuration, formatMetric, formatParam } from '../format.js';
import type { RunningTrial, SweepProgress } from './progress.js';

export interface FrameOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Size of the terminal in characters. */
  readonly columns: number;
  readonly rows: number;
  readonly style: ChalkInstance;
  /** Shown in place of the best trial, e.g. while running trials are asked to stop. */
  readonly notice?: string | undefined;
}

const BAR_WIDTH = 24;

/** The live picture of a sweep: one line on the whole, one on the best trial, one per running trial. Pure. */
export function drawFrame(progress: SweepProgress, options: FrameOptions): string[] {
  const { notice, style } = options;
  const lines = [
    overall(progress, options),
    notice === undefined ? best(progress, options) : style.yellow(notice),
    '',
    ...slots(progress, options),
  ];
  return lines.slice(0, Math.max(1, options.rows - 1)).map((line) => clip(line, options.columns));
}

function overall(progress: SweepProgress, { now, style }: FrameOptions): string {
  const { name, total } = progress.outline;
  const settled = progress.done + progress.failed;
  const share = Number.isFinite(total) && total > 0 ? settled / total : 0;
  const counts = [
    `${formatCount(progress.done)}/${formatCount(total)} done`,
    ...(progress.failed > 0 ? [style.red(`${formatCount(progress.failed)} failed`)] : []),
    `${progress.running.size} running`,
  ].join('  ');
  const time = `${formatDuration((now - progress.outline.startedAt) / 1000)} so far, ${formatDuration(progress.sweepSecondsLeft(now))} left`;
  const percent = Number.isFinite(total) ? `${Math.floor(share * 100)}%`.padStart(4) : '';
  return `${style.bold(name)}  ${counts}  ${bar(share, BAR_WIDTH, style)}${percent}  ${time}`;
}

function best(progress: SweepProgress, { style }: FrameOptions): string {
  const { metric } = progress.outline.objective;
  if (!progress.best) return style.dim(`best ${metric}: none yet`);
  return `best ${metric} ${style.green(formatMetric(progress.best.value))}  trial ${progress.best.trialId}`;
}

/** One aligned row per running trial, ordered by device and slot. */
function slots(progress: SweepProgress, { now, style }: FrameOptions): string[] {
  const { varying, objective } = progress.outline;
  // Parameters come last: where the terminal is narrow, they are what can be missed.
  const header = ['slot', 'trial', 'epoch', '', objective.metric, 'left', ...varying];
  const rows = [...progress.running.values()]
    .sort((a, b) => (slotName(a) < slotName(b) ? -1 : 1))
    .map((running) => [
      slotName(running),
      running.attempt > 1 ? `${running.trial.id} (try ${running.attempt})` : String(running.trial.id),
      running.preparing === undefined ? epochOf(running) : `preparing ${running.preparing}`,
      bar(running.share, 8, style),
      formatMetric(running.latest),
      formatDuration(progress.trialSecondsLeft(running, now)),
      ...varying.map((name) => formatParam(name === 'seed' ? running.trial.seed : running.trial.params[name])),
    ]);
  if (rows.length === 0) return [];
  const widths = header.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column]!)].map((cell) => stringWidth(cell))),
  );
  const align = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat(widths[column]! - stringWidth(cell))).join('  ');
  return [style.dim(align(header)), ...rows.map(align)];
}

const epochOf = ({ epoch, epochs }: RunningTrial): string =>
  epochs === undefined ? String(epoch) : `${epoch}/${epochs}`;

const slotName = ({ environment }: RunningTrial): string => `${environment.device}/${environment.slot}`;

function bar(share: number, length: number, style: ChalkInstance): string {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * length);
  return style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(length - filled));
}

/** Cuts a line at the terminal's edge: a wrapped one would spoil the count of lines to repaint. */
function clip(line: string, columns: number): string {
  const cut = sliceAnsi(line, 0, columns);
  // The slice keeps a wide character whole that begins in the last column.
  return stringWidth(cut) > columns ? sliceAnsi(line, 0, columns - 1) : cut;
}
