import { relative, dirname } from 'node:path';
import type { Part } from './read-parts.js';
import { rowProblem, type Table } from './table.js';

/** An image of a table; several rows may name it. */
export interface TableImage {
  readonly path: string;
  /** The first row that names it. */
  readonly row: number;
  /** Names of its classes, at least one. */
  readonly labels: readonly string[];
  readonly group: string | undefined;
  readonly part: Part | undefined;
}

/** Values of all rows, by row number. */
export interface RowValues {
  readonly paths: readonly string[];
  readonly labels: readonly (readonly string[])[];
  readonly groups: readonly string[] | undefined;
  readonly parts: readonly Part[] | undefined;
}

/**
 * Merges rows that name the same file into one image. Repeated rows are left out with a warning.
 *
 * @throws InputError DATASET_LABELS_CONFLICT if rows give an image different labels, DATASET_SPLIT_LEAK if an image is in
 *   both the training and the validation part, DATASET_GROUP_STRADDLES if it is in two groups
 */
export function mergeRows(
  table: Table,
  rows: readonly number[],
  { paths, labels, groups, parts }: RowValues,
  warn: (message: string) => void,
): TableImage[] {
  const images = new Map<string, TableImage>();
  const conflicts = {
    labels: new Map<number, string>(),
    parts: new Map<number, string>(),
    groups: new Map<number, string>(),
  };
  for (const row of rows) {
    const path = paths[row]!;
    const image = { path, row, labels: labels[row]!, group: groups?.[row], part: parts?.[row] };
    const before = images.get(path);
    if (!before) {
      images.set(path, image);
      continue;
    }
    const name = `${relative(dirname(table.path), path)}, first in ${table.placeOf(before.row)}`;
    const [is, was] = [image, before].map((seen) => seen.labels.map((label) => `"${label}"`).join(' and '));
    if (is !== was) conflicts.labels.set(row, `${name}: ${is!} after ${was!}`);
    else if (image.part !== before.part) conflicts.parts.set(row, name);
    else if (image.group !== before.group) conflicts.groups.set(row, name);
  }
  refuse(table, conflicts);
  if (images.size < rows.length)
    warn(`${table.path} has rows that repeat an image, which are left out: ${rows.length - images.size}`);
  return [...images.values()];
}

function refuse(
  table: Table,
  { labels, parts, groups }: Readonly<Record<'labels' | 'parts' | 'groups', ReadonlyMap<number, string>>>,
): void {
  if (labels.size > 0) {
    const hint =
      'Each image needs one row. For several labels write them into one cell and set label_separator; remove the wrong rows.';
    throw rowProblem(table, 'DATASET_LABELS_CONFLICT', labels, 'give an image other labels than an earlier row', hint);
  }
  if (parts.size > 0) {
    const hint = 'Validation images must not be used for training. Remove the image from one part.';
    throw rowProblem(table, 'DATASET_SPLIT_LEAK', parts, 'put an image into both training and validation', hint);
  }
  if (groups.size > 0) {
    const hint = 'An image can be in only one group. Merge the groups, or remove a row.';
    throw rowProblem(table, 'DATASET_GROUP_STRADDLES', groups, 'put an image into a second group', hint);
  }
}

/** Throws InputError DATASET_GROUP_STRADDLES if the table's split divides a group, or an image has no group. */
export function checkGroups(table: Table, images: readonly TableImage[]): void {
  const partOf = new Map<string, Part | undefined>();
  const straddling = new Map<number, string>();
  const without = new Map<number, string>();
  for (const { group, part, row } of images) {
    if (group === undefined) return;
    if (group === '') without.set(row, '');
    else if (!partOf.has(group)) partOf.set(group, part);
    else if (partOf.get(group) !== part) straddling.set(row, `group "${group}"`);
  }
  if (without.size > 0) {
    const hint = 'Give an image that belongs to no group a group of its own.';
    throw rowProblem(table, 'DATASET_GROUP_STRADDLES', without, 'have no group', hint);
  }
  if (straddling.size === 0) return;
  const hint = 'Move the images of each group into one part, or remove split_column: images are then split by group.';
  throw rowProblem(table, 'DATASET_GROUP_STRADDLES', straddling, 'are in another part than their group', hint);
}
