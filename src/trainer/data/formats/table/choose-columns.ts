import { InputError } from '../../../../core/errors.js';
import type { TableReading } from '../../../../core/trainer/table-reading.js';
import type { Table } from './table.js';

/** Names of the columns that are read. */
export interface Columns {
  readonly image: string;
  readonly label: string;
  readonly group: string | undefined;
  readonly split: string | undefined;
}

/**
 * Finds the columns: those that `reading` names, else the only one with a common name.
 *
 * @throws InputError DATASET_COLUMN_UNKNOWN, DATASET_COLUMN_UNCLEAR; the hint lists the table's columns
 */
export function chooseColumns(table: Table, reading: TableReading): Columns {
  const { labelColumn, groupColumn, splitColumn } = reading;
  return {
    image: imageColumn(table, reading),
    label: named(table, 'label_column', labelColumn) ?? guess(table, 'label_column', LABELS),
    group: named(table, 'group_column', groupColumn),
    split: named(table, 'split_column', splitColumn),
  };
}

/** Finds the image column. Throws as `chooseColumns`. */
export function imageColumn(table: Table, reading: TableReading): string {
  const column = named(table, 'image_column', reading.imageColumn);
  if (column !== undefined) return column;
  // `id` can mean anything, so it counts only if no other column has a common name.
  const hasOther = table.columns.some((name) => IMAGES.has(name.toLowerCase()));
  return guess(table, 'image_column', hasOther ? IMAGES : new Set(['id', 'image_id']));
}

const IMAGES = new Set(
  'image path filename file img image_path image_file image_name file_path filepath file_name img_path'.split(' '),
);
const LABELS = new Set('label labels class classes category target class_name label_name category_name'.split(' '));

function named(table: Table, parameter: string, column: string | undefined): string | undefined {
  if (column === undefined || table.columns.includes(column)) return column;
  const close = table.columns.find((name) => name.toLowerCase() === column.toLowerCase());
  throw new InputError('DATASET_COLUMN_UNKNOWN', `${table.path} has no column "${column}"`, {
    hint: `Set ${parameter} to one of the columns: ${list(table)}.${close === undefined ? '' : ` Did you mean "${close}"?`}`,
  });
}

function guess(table: Table, parameter: string, usual: ReadonlySet<string>): string {
  const found = table.columns.filter((name) => usual.has(name.toLowerCase()));
  if (found.length === 1) return found[0]!;
  const what = parameter === 'image_column' ? "the images' paths" : 'the classes';
  const problem = found.length === 0 ? `no column of ${table.path} has a common name for ${what}` : undefined;
  const several = `${found.map((name) => `"${name}"`).join(' and ')} of ${table.path} can both be ${what}`;
  throw new InputError('DATASET_COLUMN_UNCLEAR', problem ?? several, {
    hint: `Set ${parameter} to one of the columns: ${list(table)}.`,
  });
}

const list = ({ columns }: Table): string => columns.map((name) => `"${name}"`).join(', ');
