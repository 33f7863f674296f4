import type { ChalkInstance } from 'chalk';
import { printable } from '../../../core/printable.js';
import { columnNotations } from '../tables/param-cells.js';
import { formatCount, formatDuration, formatMetric, formatParam } from '../../../core/format.js';
import type { RunningTrial, SweepProgress } from './sweep-progress.js';
import { bar } from './bar.js';
import { cutTo, widthOf } from '../tables/text-width.js';

export interface FrameOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Size of the terminal in characters. */
  readonly columns: number;
  readonly rows: number;
  readonly style: ChalkInstance;
  /** Replaces the best trial, for example while running trials stop. */
  readonly notice?: string | undefined;
}

const BAR_WIDTH = 24;
/** A shorter bar tells nothing. */
const LEAST_BAR = 6;

/**
 * One frame of the live view: a line on the sweep, one on the best trial, one for each running trial. If the terminal is too small, the
 * bar gives way first, then columns of parameters, then trials, which are counted.
 */
export function drawFrame(progress: SweepProgress, options: FrameOptions): string[] {
  const { notice, style } = options;
  // The last row of the terminal is the cursor's.
  const rows = Math.max(1, options.rows - 1);
  const lines = [
    overall(progress, options),
    notice === undefined ? best(progress, options) : style.yellow(notice),
    '',
    ...slots(progress, options, rows - 3),
  ];
  // A wrapped line would spoil the count of rows to repaint.
  return lines.slice(0, rows).map((line) => cutTo(line, options.columns));
}

function overall(progress: SweepProgress, { now, columns, style }: FrameOptions): string {
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
  const before = `${style.bold(printable(name))}  ${counts}`;
  const room = columns - widthOf(`${before}${percent}  ${time}`) - 2;
  const length = Math.min(BAR_WIDTH, room);
  return `${before}${length < LEAST_BAR ? '' : `  ${bar(share, length, style)}`}${percent}  ${time}`;
}

function best(progress: SweepProgress, { style }: FrameOptions): string {
  const { metric } = progress.outline.objective;
  if (!progress.best) return style.dim(`best ${metric}: none yet`);
  return `best ${metric} ${style.green(formatMetric(progress.best.value))}  trial ${progress.best.trialId}`;
}

/** One aligned row for each running trial, by device and slot, in at most `height` lines. */
function slots(progress: SweepProgress, { now, style }: FrameOptions, height: number): string[] {
  const { varying, objective } = progress.outline;
  // Parameters come last, because a narrow terminal cuts the last columns.
  const header = ['slot', 'trial', 'epoch', '', objective.metric, 'left', ...varying].map(printable);
  const trials = [...progress.running.values()].map(({ trial }) => trial);
  const notations = columnNotations(trials, varying);
  const rows = [...progress.running.values()]
    .sort((a, b) => (slotName(a) < slotName(b) ? -1 : 1))
    .map((running) => [
      slotName(running),
      running.attempt > 1 ? `${running.trial.id} (try ${running.attempt})` : String(running.trial.id),
      running.preparing === undefined ? epochOf(running) : `preparing ${running.preparing}`,
      bar(running.share, 8, style),
      formatMetric(running.latest),
      formatDuration(progress.trialSecondsLeft(running, now)),
      ...varying.map((name) =>
        printable(
          name === 'seed' ? String(running.trial.seed) : formatParam(running.trial.params[name], notations.get(name)),
        ),
      ),
    ]);
  if (rows.length === 0) return [];
  const widths = header.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column]!)].map((cell) => widthOf(cell))),
  );
  const align = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell))).join('  ');
  const fits = rows.length < height ? rows.length : Math.max(0, height - 2);
  const more = rows.length > fits ? [style.dim(`and ${formatCount(rows.length - fits)} more`)] : [];
  return [style.dim(align(header)), ...rows.slice(0, fits).map(align), ...more];
}

const epochOf = ({ epoch, epochs }: RunningTrial): string =>
  epochs === undefined ? String(epoch) : `${epoch}/${epochs}`;

const slotName = ({ environment }: RunningTrial): string => `${environment.device}/${environment.slot}`;
