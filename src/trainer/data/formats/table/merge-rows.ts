import { relative, dirname } from 'node:path';
import type { Part } from './read-parts.js';
import { rowProblem, type Table } from './table.js';

/** One image of a table, however many rows name it. */
export interface TableImage {
  readonly path: string;
  /** The first row that names it. */
  readonly row: number;
  /** Names of its classes, at least one. */
  readonly labels: readonly string[];
  readonly group: string | undefined;
  readonly part: Part | undefined;
}

export interface RowValues {
  readonly paths: readonly string[];
  readonly labels: readonly (readonly string[])[];
  readonly groups: readonly string[] | undefined;
  readonly parts: readonly Part[] | undefined;
}

/**
 * One image for each file. A row that says once more what one before it says is left out with a warning. Throws InputError
 * DATASET_LABELS_CONFLICT where rows give an image other labels, DATASET_SPLIT_LEAK where an image would train and validate,
 * DATASET_GROUP_STRADDLES where it is in two groups.
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
  if (images.size < rows.length) warn(`${table.path} names images again, left out: ${rows.length - images.size} rows`);
  return [...images.values()];
}

function refuse(
  table: Table,
  { labels, parts, groups }: Readonly<Record<'labels' | 'parts' | 'groups', ReadonlyMap<number, string>>>,
): void {
  if (labels.size > 0) {
    const hint =
      'An image has one row. Several labels stand in one cell, and label_separator says what is between them; wrong ones have to go.';
    throw rowProblem(table, 'DATASET_LABELS_CONFLICT', labels, 'give an image other labels than a row before', hint);
  }
  if (parts.size > 0) {
    const hint = 'What is validated on must not be trained on. Take the image out of one part.';
    throw rowProblem(table, 'DATASET_SPLIT_LEAK', parts, 'put an image into training and validation', hint);
  }
  if (groups.size > 0) {
    const hint = 'An image is in one group. Join the groups, or take a row out.';
    throw rowProblem(table, 'DATASET_GROUP_STRADDLES', groups, 'put an image into another group', hint);
  }
}

/** Throws InputError DATASET_GROUP_STRADDLES where a table that comes split divides a group, or an image has no group. */
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
    const hint = 'Give an image that belongs to no other a group of its own.';
    throw rowProblem(table, 'DATASET_GROUP_STRADDLES', without, 'have no group', hint);
  }
  if (straddling.size === 0) return;
  const hint = 'Move the images of a group into one part, or take split_column out to have them split by group.';
  throw rowProblem(table, 'DATASET_GROUP_STRADDLES', straddling, 'are in another part than their group', hint);
}
