import type { ChalkInstance } from 'chalk';
import { printable, printableLines } from '../../../core/printable.js';
import type {
  AttemptDetails,
  EpochClasses,
  Membership,
  TrialCheckpoint,
  TrialCurve,
  TrialDetails,
  TrialReport,
} from '../../../core/results/trial-details.js';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatMetric,
  formatParam,
  formatShare,
  notationOf,
} from '../../../core/format.js';
import { OUTPUT_TITLE } from '../../../core/trial/failure.js';
import { drawPlot } from './plot.js';
import { drawTable, type TableColumn } from '../tables/table.js';

/** Everything about a trial on one page. */
export function trialText({ details, curves, classes, checkpoints }: TrialReport, style: ChalkInstance): string {
  const { params, seed, memberships, warnings } = details;
  const notation = notationOf(Object.values(params));
  const sections = [
    heading(details, style),
    Object.entries(params)
      .map(([name, value]) => `${style.dim(printable(name))} ${printable(formatParam(value, notation))}`)
      .concat(`${style.dim('seed')} ${seed}`)
      .join('  '),
    annotationLines(details, style).join('\n'),
    memberships.map((membership) => membershipLine(membership, style)).join('\n'),
    ...curves.map((curve) => curveText(curve, style)),
    ...classes.map((epoch) => classTable(epoch, style)),
    checkpoints.map((checkpoint) => checkpointLine(checkpoint, details.key, style)).join('\n'),
    attemptLines(details, style).join('\n'),
    warnings.map(({ message }) => `${style.yellow('!')} ${printable(message)}`).join('\n'),
  ];
  return `${sections.filter(Boolean).join('\n\n').trimEnd()}\n`;
}

function heading({ trial, key, state, seconds }: TrialDetails, style: ChalkInstance): string {
  return `${style.bold(`trial ${trial}`)}  ${state}  ${formatDuration(seconds)}  ${style.dim(key)}`;
}

function annotationLines({ note, tags }: TrialDetails, style: ChalkInstance): string[] {
  return [
    ...(tags.length > 0 ? [`${style.dim('tags')} ${printable(tags.join(', '))}`] : []),
    ...(note === undefined ? [] : [`${style.dim('note')} ${printableLines(note)}`]),
  ];
}

function membershipLine(
  { sweep, objective, current, rank, best, bestEpoch, origin }: Membership,
  style: ChalkInstance,
): string {
  const place = !current ? 'no longer declared' : rank === undefined ? 'not ranked' : `rank ${rank}`;
  const value = best === undefined ? '-' : `${style.green(formatMetric(best))} in epoch ${bestEpoch ?? '-'}`;
  const why = origin === undefined ? '' : `\n${style.dim('proposed as')} ${printable(origin)}`;
  return `${style.dim('sweep')} ${printable(sweep)}  ${place}  ${printable(objective.metric)} ${value}${why}`;
}

function curveText({ metric, points }: TrialCurve, style: ChalkInstance): string {
  // A single point is no curve, and the page shows its value above.
  if (points.length < 2) return '';
  const plot = drawPlot(points.map(({ epoch, value }) => ({ x: epoch, y: value })));
  return `${style.dim(`${printable(metric)} by epoch`)}\n${plot.trimEnd()}`;
}

/** Classes in the table of an epoch: the worst ones, which say the most. */
const CLASSES_SHOWN = 5;

function classTable({ epoch, classes }: EpochClasses, style: ChalkInstance): string {
  if (classes.length === 0) return '';
  const rows = classes
    .slice(0, CLASSES_SHOWN)
    .map(({ name, precision, recall, f1, support }) => [
      name,
      ...[precision, recall, f1].map(formatMetric),
      formatCount(support),
    ]);
  const shown = classes.length > CLASSES_SHOWN ? `, the worst ${CLASSES_SHOWN} of ${classes.length}` : '';
  const table = drawTable(CLASS_COLUMNS, rows, { style }).trimEnd();
  return `${style.dim(`classes in epoch ${epoch}${shown}`)}\n${table}`;
}

const CLASS_COLUMNS: readonly TableColumn[] = [
  { title: 'class' },
  ...['precision', 'recall', 'f1', 'images'].map((title) => ({ title, align: 'right' }) as const),
];

function checkpointLine({ epoch, file, bytes, best }: TrialCheckpoint, key: string, style: ChalkInstance): string {
  const note = best ? `  ${style.green('best')}` : '';
  return `${style.dim('checkpoint')} epoch ${epoch}  ${key}/${file}  ${formatBytes(bytes)}${note}`;
}

function attemptLines(
  { attempts, attempt, state, device, slot, threads }: TrialDetails,
  style: ChalkInstance,
): string[] {
  const verb = state === 'running' ? 'is running' : 'was interrupted';
  const running =
    state !== 'running' && state !== 'interrupted'
      ? []
      : [`attempt ${attempt} ${verb} on ${device}/${slot} with ${formatCounted(threads, 'TensorFlow thread')}`];
  return [...attempts.flatMap((one) => attemptText(one, style)), ...running];
}

/** Lines of a failed trainer's output: the reason is usually among the last ones. */
const LINES_SHOWN = 15;

function attemptText(one: AttemptDetails, style: ChalkInstance): string[] {
  const { attempt, outcome, device, slot, startedAt, endedAt, code, message, stack, kind, microBatch, inputWait } = one;
  const parts = [
    `attempt ${attempt} ${outcome} on ${device}/${slot} after ${formatDuration((endedAt - startedAt) / 1000)}`,
    microBatch === undefined ? '' : `micro-batches of ${formatCount(microBatch)}`,
    inputWait === undefined ? '' : `waited for input for ${formatShare(inputWait)} of its training time`,
  ];
  const line = parts.filter(Boolean).join(', ');
  if (code === undefined) return [message === undefined ? line : `${line}: ${printable(message)}`];
  // The stack repeats the message in its first lines.
  const [trace = '', output = ''] = (stack ?? '').split(OUTPUT_TITLE);
  const frames = trace.split('\n').filter((frame) => /^\s+at /.test(frame));
  const printed = output.split('\n').filter((text) => text.trim() !== '');
  const what = kind === undefined ? '' : `${kind}, `;
  return [
    `${line}: ${what}${style.red(printable(code))} ${printableLines(message ?? '')}`,
    ...frames.slice(0, 8).map((frame) => style.dim(printable(frame))),
    ...(printed.length > 0 ? [OUTPUT_TITLE, ...printed.slice(-LINES_SHOWN).map((text) => printable(text))] : []),
  ];
}
