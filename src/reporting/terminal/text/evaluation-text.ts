import type { ChalkInstance } from 'chalk';
import type { CalibrationBin, Evaluation } from '../../../core/reports/evaluation.js';
import { formatCount, formatCounted, formatMetric } from '../../../core/format.js';
import { printable } from '../../../core/printable.js';
import { drawTable, type TableColumn } from '../tables/table.js';

/** An evaluation, and what was evaluated. */
export interface EvaluationReport {
  /** Sweep and trial: `birds, trial 3`. */
  readonly title: string;
  readonly trial: number;
  readonly epoch: number;
  /** Path of the dataset. */
  readonly path: string;
  readonly evaluation: Evaluation;
}

/** Rows of the table of classes and of the list of confusions. */
const SHOWN = 20;
/** Most classes of a confusion matrix that fits on a terminal. */
const WIDEST_MATRIX = 10;

/** An evaluation on a terminal: metrics, classes from the worst to the best, confusion, calibration. */
export function evaluationText({ title, epoch, path, evaluation }: EvaluationReport, style: ChalkInstance): string {
  const { images, part, metrics } = evaluation;
  const width = Math.max(...Object.keys(metrics).map((name) => name.length));
  const sections = [
    `${style.bold(printable(title))}, epoch ${epoch}: ${formatCounted(images, 'image')} of ${printable(path)}${PARTS[part]}`,
    Object.entries(metrics)
      .map(
        ([name, value]) => `${style.dim(name.padEnd(width))}  ${formatMetric(Number.isNaN(value) ? undefined : value)}`,
      )
      .join('\n'),
    classTable(evaluation, style),
    confusionText(evaluation, style),
    calibrationText(evaluation.calibration, style),
  ];
  return `${sections.filter(Boolean).join('\n\n').trimEnd()}\n`;
}

const PARTS: Readonly<Record<Evaluation['part'], string>> = {
  all: '',
  'held-out': ', its validation part',
  validation: ', those that the trial did not train on',
};

function classTable({ classes }: Evaluation, style: ChalkInstance): string {
  const worst = classes.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1);
  const rows = worst
    .slice(0, SHOWN)
    .map(({ name, precision, recall, f1, support }) => [
      name,
      ...[precision, recall, f1].map(formatMetric),
      formatCount(support),
    ]);
  const more = worst.length > SHOWN ? style.dim(`\nthe worst ${SHOWN} of ${worst.length}; --json has all`) : '';
  return `${drawTable(CLASS_COLUMNS, rows, { style }).trimEnd()}${more}`;
}

const CLASS_COLUMNS: readonly TableColumn[] = [
  { title: 'class' },
  ...['precision', 'recall', 'f1', 'images'].map((title) => ({ title, align: 'right' }) as const),
];

/** A matrix if it is small, else the most frequent confusions. */
function confusionText({ classNames, confusion }: Evaluation, style: ChalkInstance): string {
  if (confusion === undefined) return '';
  const count = classNames.length;
  if (count <= WIDEST_MATRIX) {
    const columns = [{ title: 'label' }, ...classNames.map((title): TableColumn => ({ title, align: 'right' }))];
    const rows = classNames.map((name, label) => [
      name,
      ...confusion.slice(label * count, (label + 1) * count).map(formatCount),
    ]);
    return `${style.dim('predictions by label')}\n${drawTable(columns, rows, { style }).trimEnd()}`;
  }
  const pairs = [...confusion.entries()]
    .map(([cell, images]) => ({ label: Math.floor(cell / count), prediction: cell % count, images }))
    .filter(({ label, prediction, images }) => label !== prediction && images > 0)
    .sort((a, b) => b.images - a.images);
  const rows = pairs
    .slice(0, SHOWN)
    .map(({ label, prediction, images }) => [classNames[label]!, classNames[prediction]!, formatCount(images)]);
  const columns: readonly TableColumn[] = [
    { title: 'label' },
    { title: 'prediction' },
    { title: 'images', align: 'right' },
  ];
  return `${style.dim('most frequent confusions')}\n${drawTable(columns, rows, { style }).trimEnd()}`;
}

function calibrationText(bins: readonly CalibrationBin[], style: ChalkInstance): string {
  if (bins.length === 0) return '';
  const total = bins.reduce((sum, { images }) => sum + images, 0);
  const mean = (of: (bin: CalibrationBin) => number): number =>
    bins.reduce((sum, bin) => sum + bin.images * of(bin), 0) / total;
  const confidence = mean((bin) => bin.confidence);
  const accuracy = mean((bin) => bin.accuracy);
  const columns = ['confidence', 'accuracy', 'images'].map((title): TableColumn => ({ title, align: 'right' }));
  const rows = bins.map((bin) => [formatMetric(bin.confidence), formatMetric(bin.accuracy), formatCount(bin.images)]);
  const summary = `calibration: mean confidence ${formatMetric(confidence)}, accuracy ${formatMetric(accuracy)}`;
  return `${style.dim(summary)}\n${drawTable(columns, rows, { style }).trimEnd()}`;
}

/** An evaluation for programs: one JSON object. Metrics that are undefined are null. */
export function evaluationJson({ trial, epoch, path, evaluation }: EvaluationReport): string {
  const { classNames, confusion, isMultiLabel, ...rest } = evaluation;
  const { images, part, metrics, classes, calibration, unreadable } = rest;
  const count = classNames.length;
  return `${JSON.stringify(
    {
      ...{ trial, epoch, path, images, part, multi_label: isMultiLabel, metrics, classes },
      confusion: confusion ? classNames.map((_, label) => confusion.slice(label * count, (label + 1) * count)) : null,
      ...{ calibration, unreadable },
    },
    null,
    2,
  )}\n`;
}
