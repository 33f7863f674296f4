import { basename, extname } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { stringify } from 'csv-stringify/sync';
import { drawTable, type TableColumn } from './table.js';
import type { PredictedImage, Predictions } from '../../../core/reports/predictions.js';

export interface PredictionStyle {
  /** Prints a column for each class instead of the label. */
  readonly probabilities: boolean;
  /** Separator between the labels of an image that can have several. */
  readonly separator: string;
  readonly style: ChalkInstance;
}

/** The least probability of a label, if an image can have several. */
const THRESHOLD = 0.5;

/**
 * Predictions as a CSV file with a row for each image (`id,label`, or `id` and the classes), as JSON, or as a table. An image that
 * cannot be read keeps its row: its label is empty.
 */
export function predictionsText(
  predictions: Predictions,
  format: 'csv' | 'json' | 'table',
  { probabilities, separator, style }: PredictionStyle,
): string {
  const { classNames, isMultiLabel, rows } = predictions;
  const ids = idsOf(rows.map(({ path }) => path));
  const labelsOf = (row: PredictedImage): readonly string[] => labels(row, classNames, isMultiLabel);
  switch (format) {
    case 'json': {
      const records = rows.map((row, index) => ({
        ...{ id: ids[index], path: row.path },
        ...(isMultiLabel ? { labels: labelsOf(row) } : { label: labelsOf(row)[0] ?? null }),
        probabilities:
          row.probabilities && Object.fromEntries(classNames.map((name, at) => [name, short(row.probabilities![at]!)])),
      }));
      return `${JSON.stringify(records, null, 2)}\n`;
    }
    case 'csv': {
      const header = ['id', ...(probabilities ? classNames : ['label'])];
      const lines = rows.map((row, index) => [ids[index]!, ...cells(row)]);
      return stringify([header, ...lines], { quoted_match: /\r/ });
    }
    case 'table': {
      const columns: TableColumn[] = probabilities
        ? [{ title: 'id' }, ...classNames.map((title) => ({ title, align: 'right' }) as const)]
        : [{ title: 'id' }, { title: 'label' }, { title: 'probability', align: 'right' }];
      const lines = rows.map((row, index) => [
        ids[index]!,
        ...cells(row),
        ...(probabilities ? [] : [largest(row.probabilities)]),
      ]);
      return drawTable(columns, lines, { style });
    }
    default:
      return format satisfies never;
  }

  function cells(row: PredictedImage): string[] {
    if (!probabilities) return [labelsOf(row).join(separator)];
    return classNames.map((_, at) => (row.probabilities ? String(short(row.probabilities[at]!)) : ''));
  }
}

function labels({ probabilities }: PredictedImage, classNames: readonly string[], isMultiLabel: boolean): string[] {
  if (probabilities === undefined) return [];
  if (isMultiLabel) return classNames.filter((_, at) => probabilities[at]! >= THRESHOLD);
  return [classNames[probabilities.indexOf(Math.max(...probabilities))]!];
}

/** File names without extension, as Kaggle names images; paths if two images had the same name. */
function idsOf(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => basename(path, extname(path)));
  return new Set(names).size === names.length ? names : paths;
}

const largest = (probabilities: Float32Array | undefined): string =>
  probabilities === undefined ? 'cannot be read' : Math.max(...probabilities).toFixed(4);

/** All significant digits of a float32. */
const short = (value: number): number => Number(value.toPrecision(7));
