import { rowProblem, type Cell, type Table } from './table.js';

/** Labels by row number; rows that were not requested have no entry. */
export interface Labels {
  readonly sets: readonly (readonly string[])[];
  /** Whether an image can have several labels. */
  readonly areSets: boolean;
}

/**
 * Reads the labels of some rows.
 *
 * @throws InputError DATASET_LABELS_EMPTY with the first rows whose label is empty
 */
export async function readLabels(
  table: Table,
  column: string,
  rows: readonly number[],
  separator: string | undefined,
): Promise<Labels> {
  const cells = await table.column(column);
  const sets: (readonly string[])[] = [];
  const empty = new Map<number, string>();
  for (const row of rows) {
    const labels = split(cells[row]!, separator);
    if (labels.length === 0) empty.set(row, '');
    sets[row] = labels;
  }
  if (empty.size > 0) {
    const hint = 'Every image needs a label: add the labels, or remove the rows.';
    throw rowProblem(table, 'DATASET_LABELS_EMPTY', empty, `have no label in "${column}"`, hint);
  }
  return { sets, areSets: separator !== undefined || cells.some((cell) => typeof cell !== 'string') };
}

function split(cell: Cell, separator: string | undefined): readonly string[] {
  if (typeof cell !== 'string') return distinct(cell);
  if (separator === undefined) return cell === '' ? [] : [cell];
  return distinct(cell.split(separator.trim() === '' ? /\s+/ : separator));
}

const distinct = (labels: readonly string[]): string[] =>
  [...new Set(labels.map((label) => label.trim()))].filter((label) => label !== '').sort();
