import { InputError } from '../../../../core/errors.js';
import { rowProblem, type Table } from './table.js';

export type Part = 'train' | 'validation' | 'left out';

/** In order of preference, as folders of these names are. */
const HELD_OUT = [new Set(['val', 'valid', 'validation']), new Set(['test'])];

/**
 * The part of every row: `train`, or `val`, `valid`, `validation` for validation; `test` where there is none of these, else
 * it is left out. Throws InputError DATASET_PART_UNKNOWN, DATASET_SPLIT_MISMATCH.
 */
export async function readParts(table: Table, column: string, warn: (message: string) => void): Promise<Part[]> {
  const values = (await table.column(column)).map((cell) => String(cell).toLowerCase());
  const unknown = new Map<number, string>();
  for (const [row, value] of values.entries()) {
    if (value !== 'train' && !HELD_OUT.some((names) => names.has(value))) unknown.set(row, value || 'empty');
  }
  if (unknown.size > 0) {
    const hint = 'split_column knows train, val, valid, validation and test.';
    throw rowProblem(table, 'DATASET_PART_UNKNOWN', unknown, `are in no part by "${column}"`, hint);
  }
  const held = HELD_OUT.find((names) => values.some((value) => names.has(value)));
  if (!held || !values.includes('train')) {
    const missing = held ? 'to train on' : 'to validate on';
    throw new InputError('DATASET_SPLIT_MISMATCH', `by "${column}" of ${table.path} there is no image ${missing}`, {
      hint: 'Take split_column out to have the images split by their classes.',
    });
  }
  const parts = values.map((value) => (value === 'train' ? value : held.has(value) ? 'validation' : 'left out'));
  const left = parts.filter((part) => part === 'left out').length;
  if (left > 0) warn(`${table.path} comes split into train and validation; ${left} test images left out`);
  return parts;
}
