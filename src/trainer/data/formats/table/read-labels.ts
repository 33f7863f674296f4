import { rowProblem, type Cell, type Table } from './table.js';

/** Labels by row; rows that were not asked for have none. */
export interface Labels {
  readonly sets: readonly (readonly string[])[];
  /** Whether an image can have several. */
  readonly areSets: boolean;
}

/** Throws InputError DATASET_LABELS_EMPTY, with the first rows whose label is empty. */
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
    const hint = 'Every image needs a label: fill them in, or take the rows out.';
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
