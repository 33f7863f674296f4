import type { ChalkInstance } from 'chalk';
import { printable } from '../../../core/printable.js';
import { columnNotations } from '../tables/param-cells.js';
import { formatCount, formatDuration, formatMetric, formatParam } from '../../../core/format.js';
import type { RunningTrial, SweepProgress } from './sweep-progress.js';
import { bar } from './bar.js';
import { formatTimeLeft, sweepTimeLeft, trialTimeLeft } from './time-left.js';
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
 * bars give way first, then the last columns of parameters, then trials, which are counted.
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

/** The parts of the first line: where they do not fit, the least important ones are left out, and at last the name is cut. */
function overall(progress: SweepProgress, { now, columns, style }: FrameOptions): string {
  const { name, total, startedAt } = progress.outline;
  const settled = progress.done + progress.failed;
  const share = Number.isFinite(total) && total > 0 ? settled / total : 0;
  const left = sweepTimeLeft(progress, now);
  const parts = {
    done: `${formatCount(progress.done)}/${formatCount(total)} done`,
    failed: progress.failed > 0 ? style.red(`${formatCount(progress.failed)} failed`) : '',
    running: `${progress.running.size} running`,
    bar: '',
    percent: Number.isFinite(total) ? `${Math.floor(share * 100)}%` : '',
    spent: `${formatDuration((now - startedAt) / 1000)} so far`,
    left: left === undefined ? '' : `${formatTimeLeft(left)} left`,
  };
  const width = (): number =>
    Object.values(parts).reduce((sum, part) => sum + (part === '' ? 0 : widthOf(part) + GAP.length), 0);
  const title = printable(name);
  for (const part of ['spent', 'running', 'percent', 'failed'] as const) {
    if (widthOf(title) + width() <= columns) break;
    parts[part] = '';
  }
  const length = Math.min(BAR_WIDTH, columns - widthOf(title) - width() - GAP.length);
  if (length >= LEAST_BAR) parts.bar = bar(share, length, style);
  const shown = shorten(title, Math.max(LEAST_NAME, columns - width()));
  return [style.bold(shown), ...Object.values(parts)].filter((part) => part !== '').join(GAP);
}

const GAP = '  ';
/** A shorter name tells nothing. */
const LEAST_NAME = 4;

function best(progress: SweepProgress, { style }: FrameOptions): string {
  const { metric } = progress.outline.objective;
  if (!progress.best) return style.dim(`best ${metric}: none yet`);
  return `best ${metric} ${style.green(formatMetric(progress.best.value))}  trial ${progress.best.trialId}`;
}

/** One aligned row for each running trial, by device and slot, in at most `height` lines. */
function slots(progress: SweepProgress, { now, style, columns }: FrameOptions, height: number): string[] {
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
      running.preparing === undefined ? epochOf(running) : printable(running.preparing),
      bar(running.share, 8, style),
      formatMetric(running.latest),
      leftOf(running, now),
      ...varying.map((name) =>
        shorten(
          printable(
            name === 'seed' ? String(running.trial.seed) : formatParam(running.trial.params[name], notations.get(name)),
          ),
          MOST_PARAM,
        ),
      ),
    ]);
  if (rows.length === 0) return [];
  const widths = header.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column]!)].map((cell) => widthOf(cell))),
  );
  // The bars repeat what the epochs say.
  const isWide = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) <= columns;
  const align = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell)))
      .filter((_, column) => isWide || column !== BAR_COLUMN)
      .join(GAP);
  const fits = rows.length < height ? rows.length : Math.max(0, height - 2);
  const more = rows.length > fits ? [style.dim(`and ${formatCount(rows.length - fits)} more`)] : [];
  return [style.dim(align(header)), ...rows.slice(0, fits).map(align), ...more];
}

const BAR_COLUMN = 3;
/** Columns of a parameter's value, such as the path of a file. */
const MOST_PARAM = 28;

function leftOf(running: RunningTrial, now: number): string {
  const left = trialTimeLeft(running, now);
  return left === undefined ? '-' : formatTimeLeft(left);
}

const shorten = (text: string, columns: number): string =>
  widthOf(text) <= columns ? text : `${cutTo(text, columns - 1)}…`;

const epochOf = ({ epoch, epochs }: RunningTrial): string =>
  epochs === undefined ? String(epoch) : `${epoch}/${epochs}`;

const slotName = ({ environment }: RunningTrial): string => `${environment.device}/${environment.slot}`;
