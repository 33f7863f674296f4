import { InputError } from '../../../../core/errors.js';
import { rowProblem, type Table } from './table.js';

/** Part of the split that an image belongs to. */
export type Part = 'train' | 'validation' | 'left out';

/** Names of the validation part, in order of preference, as for folders. */
const HELD_OUT = [new Set(['val', 'valid', 'validation']), new Set(['test'])];

/**
 * Reads the part of each row: `train` for training; `val`, `valid` or `validation` for validation. Rows with `test` are
 * used for validation if no other row is, else left out with a warning.
 *
 * @throws InputError DATASET_PART_UNKNOWN, DATASET_SPLIT_MISMATCH
 */
export async function readParts(table: Table, column: string, warn: (message: string) => void): Promise<Part[]> {
  const values = (await table.column(column)).map((cell) => String(cell).toLowerCase());
  const unknown = new Map<number, string>();
  for (const [row, value] of values.entries()) {
    if (value !== 'train' && !HELD_OUT.some((names) => names.has(value))) unknown.set(row, value || 'empty');
  }
  if (unknown.size > 0) {
    const hint = 'Values of split_column are train, val, valid, validation and test.';
    throw rowProblem(table, 'DATASET_PART_UNKNOWN', unknown, `have an unknown part in "${column}"`, hint);
  }
  const held = HELD_OUT.find((names) => values.some((value) => names.has(value)));
  if (!held || !values.includes('train')) {
    const missing = held ? 'to train on' : 'to validate on';
    throw new InputError('DATASET_SPLIT_MISMATCH', `"${column}" of ${table.path} leaves no image ${missing}`, {
      hint: 'Remove split_column: images are then split by class.',
    });
  }
  const parts = values.map((value) => (value === 'train' ? value : held.has(value) ? 'validation' : 'left out'));
  const left = parts.filter((part) => part === 'left out').length;
  if (left > 0) warn(`${table.path} comes split into train and validation; ${left} test images left out`);
  return parts;
}
