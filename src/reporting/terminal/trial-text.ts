import type { ChalkInstance } from 'chalk';
import type { Reader } from '../../core/results/reader.js';
import type { AttemptDetails, Membership, TrialDetails } from '../../core/results/trial-details.js';
import { formatCount, formatDuration, formatMetric, formatParam, formatShare } from '../format.js';
import { drawPlot } from './plot.js';
import { drawTable, type TableColumn } from './table.js';
import { formatBytes } from '../../runtime/format.js';
import { trialCheckpoints } from '../../store/reading/queries/checkpoints.js';
import { classMetrics } from '../../store/reading/queries/class-metrics.js';
import { trialCurve, trialDetails } from '../../store/reading/queries/trial-details.js';

/** Everything about a trial on one page. @throws {InputError} UNKNOWN_TRIAL */
export async function trialText(reader: Reader, id: number, style: ChalkInstance): Promise<string> {
  const trial = await trialDetails(reader, id);
  const sections = [
    heading(trial, style),
    Object.entries(trial.params)
      .map(([name, value]) => `${style.dim(name)} ${formatParam(value)}`)
      .concat(`${style.dim('seed')} ${trial.seed}`)
      .join('  '),
    trial.memberships.map((membership) => membershipLine(membership, style)).join('\n'),
    ...(await curves(reader, trial, style)),
    ...(await classTables(reader, trial, style)),
    await checkpointLines(reader, trial, style),
    attemptLines(trial, style).join('\n'),
    trial.warnings.map(({ message }) => `${style.yellow('!')} ${message}`).join('\n'),
  ];
  return `${sections.filter(Boolean).join('\n\n').trimEnd()}\n`;
}

function heading({ trial, key, state, seconds }: TrialDetails, style: ChalkInstance): string {
  return `${style.bold(`trial ${trial}`)}  ${state}  ${formatDuration(seconds)}  ${style.dim(key)}`;
}

function membershipLine(
  { sweep, objective, current, rank, best, bestEpoch }: Membership,
  style: ChalkInstance,
): string {
  const place = !current ? 'no longer declared' : rank === undefined ? 'not ranked' : `rank ${rank}`;
  const value = best === undefined ? '-' : `${style.green(formatMetric(best))} in epoch ${bestEpoch ?? '-'}`;
  return `${style.dim('sweep')} ${sweep}  ${place}  ${objective.metric} ${value}`;
}

/** One plot for each metric that some sweep ranks the trial by. */
async function curves(reader: Reader, { trial, memberships }: TrialDetails, style: ChalkInstance): Promise<string[]> {
  const metrics = [...new Set(memberships.map(({ objective }) => objective.metric))];
  return Promise.all(
    metrics.map(async (metric) => {
      const points = (await trialCurve(reader, trial, metric)).map(({ epoch, value }) => ({ x: epoch, y: value }));
      // One point is no curve: its value stands above.
      return points.length < 2 ? '' : `${style.dim(`${metric} by epoch`)}\n${drawPlot(points).trimEnd()}`;
    }),
  );
}

/** Classes that the table of a best epoch shows: the worst ones, which say the most. */
const CLASSES_SHOWN = 5;

/** One table for each epoch that is the best by some sweep's objective, where the trainer tells what was taken for what. */
async function classTables(
  reader: Reader,
  { trial, memberships }: TrialDetails,
  style: ChalkInstance,
): Promise<string[]> {
  const epochs = [...new Set(memberships.flatMap(({ bestEpoch }) => bestEpoch ?? []))];
  return Promise.all(
    epochs.map(async (epoch) => {
      const classes = await classMetrics(reader, trial, epoch);
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
    }),
  );
}

const CLASS_COLUMNS: readonly TableColumn[] = [
  { title: 'class' },
  ...['precision', 'recall', 'f1', 'images'].map((title) => ({ title, align: 'right' }) as const),
];

async function checkpointLines(reader: Reader, { trial, key }: TrialDetails, style: ChalkInstance): Promise<string> {
  const checkpoints = await trialCheckpoints(reader, trial);
  return checkpoints
    .map(({ epoch, file, bytes, best }) => {
      const note = best ? `  ${style.green('best')}` : '';
      return `${style.dim('checkpoint')} epoch ${epoch}  ${key}/${file}  ${formatBytes(bytes)}${note}`;
    })
    .join('\n');
}

function attemptLines(
  { attempts, attempt, state, device, slot, threads }: TrialDetails,
  style: ChalkInstance,
): string[] {
  const under =
    state === 'running' ? [`attempt ${attempt} is running on ${device}/${slot}, ${threads} threads of TensorFlow`] : [];
  return [...attempts.flatMap((one) => attemptText(one, style)), ...under];
}

function attemptText(one: AttemptDetails, style: ChalkInstance): string[] {
  const { attempt, outcome, device, slot, startedAt, endedAt, code, message, stack, kind, microBatch, inputWait } = one;
  const parts = [
    `attempt ${attempt} ${outcome} on ${device}/${slot} after ${formatDuration((endedAt - startedAt) / 1000)}`,
    microBatch === undefined ? '' : `${microBatch} samples at a time`,
    inputWait === undefined ? '' : `waited for input ${formatShare(inputWait)} of its training`,
  ];
  const line = parts.filter(Boolean).join(', ');
  if (code === undefined) return [message === undefined ? line : `${line}: ${message}`];
  // The stack repeats the message in its first lines.
  const frames = (stack ?? '').split('\n').filter((frame) => /^\s+at /.test(frame));
  const what = kind === undefined ? '' : `${kind}, `;
  return [
    `${line}: ${what}${style.red(code)} ${message ?? ''}`,
    ...frames.slice(0, 8).map((frame) => style.dim(frame)),
  ];
}
