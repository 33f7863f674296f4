import { InputError } from '../../../../core/errors.js';
import { decodeImage } from '../../images/decode-image.js';
import { shortList } from '../../files/name-lists.js';
import { fileOriginal, type ImageSource } from '../image-source.js';
import { compareCodePoints } from '../../files/list-folder.js';
import { chooseColumns } from './choose-columns.js';
import { locateImages } from './locate-images.js';
import { LabelSets } from '../label-sets.js';
import { checkGroups, mergeRows, type TableImage } from './merge-rows.js';
import { readLabels } from './read-labels.js';
import { readParts } from './read-parts.js';
import type { TableReading } from '../../../../core/trainer/table-reading.js';
import { openTable } from './open-table.js';
import type { Table } from './table.js';

/**
 * Reads a CSV or Parquet file with one row per image, as in Kaggle competitions: the image's path, its label or labels, and
 * optionally its group and its part. Images keep the order of the rows, training images first.
 *
 * @throws InputError DATASET_TABLE_INVALID, DATASET_COLUMN_UNKNOWN, DATASET_COLUMN_UNCLEAR, DATASET_IMAGES_MISSING,
 * DATASET_LABELS_EMPTY, DATASET_LABELS_CONFLICT, DATASET_PART_UNKNOWN, DATASET_SPLIT_MISMATCH, DATASET_SPLIT_LEAK,
 * DATASET_GROUP_STRADDLES, DATASET_ONE_CLASS.
 */
export async function readTableDataset(
  path: string,
  reading: TableReading,
  warn: (message: string) => void,
): Promise<ImageSource> {
  const table = await openTable(path);
  const columns = chooseColumns(table, reading);
  const paths = await locateImages(table, columns.image, reading.imageRoot);
  const parts = columns.split === undefined ? undefined : await readParts(table, columns.split, warn);
  const rows = Array.from(paths.keys()).filter((row) => parts?.[row] !== 'left out');
  const labels = await readLabels(table, columns.label, rows, reading.labelSeparator);
  const groups = columns.group === undefined ? undefined : (await table.column(columns.group)).map(String);
  const images = mergeRows(table, rows, { paths, labels: labels.sets, groups, parts }, warn);
  checkGroups(table, images);
  const train = images.filter(({ part }) => part !== 'validation');
  const validation = images.filter(({ part }) => part === 'validation');
  const classNames = classesOf(table, train, validation);
  return {
    ...toSource([...train, ...validation], classNames, labels.areSets),
    ...(parts && { trainCount: train.length }),
    // These settings decide the order of images, and so their slots in the image cache.
    order: JSON.stringify([columns.image, reading.imageRoot ?? '', columns.split ?? '']),
  };
}

function classesOf(table: Table, train: readonly TableImage[], validation: readonly TableImage[]): readonly string[] {
  const names = new Set(train.flatMap(({ labels }) => labels));
  const unknown = new Set(validation.flatMap(({ labels }) => labels).filter((name) => !names.has(name)));
  if (unknown.size > 0) {
    const problem = `${table.path} has classes without training images: ${shortList([...unknown].sort(compareCodePoints))}`;
    throw new InputError('DATASET_SPLIT_MISMATCH', problem, { hint: 'Every class needs training images.' });
  }
  if (names.size < 2) {
    throw new InputError('DATASET_ONE_CLASS', `${table.path} has only one class, "${[...names].join()}"`, {
      hint: 'A dataset needs at least two classes. Set label_column to use another column.',
    });
  }
  const areNumbers = [...names].every((name) => /^-?\d+$/.test(name));
  return [...names].sort(areNumbers ? (a, b) => Number(a) - Number(b) : compareCodePoints);
}

function toSource(images: readonly TableImage[], classNames: readonly string[], areSets: boolean): ImageSource {
  const classOf = new Map(classNames.map((name, index) => [name, index]));
  const sets = images.map(({ labels }) => labels.map((label) => classOf.get(label)!));
  const groupOf = new Map<string, number>();
  const groups = images.map(({ group }) => {
    if (group === undefined) return 0;
    if (!groupOf.has(group)) groupOf.set(group, groupOf.size);
    return groupOf.get(group)!;
  });
  return {
    classNames,
    labels: areSets ? rarestOf(sets, classNames.length) : Int32Array.from(sets, ([label]) => label!),
    ...(areSets && { labelSets: new LabelSets(sets, classNames.length) }),
    ...(groupOf.size > 0 && { groups: Int32Array.from(groups) }),
    nameOf: (index) => images[index]!.path,
    decoder: (size) => (index) => decodeImage(images[index]!.path, size),
    original: (index) => fileOriginal(images[index]!.path),
    close: () => undefined,
  };
}

/** The rarest label of each image. Images are sampled and split by it, which also keeps the shares of frequent labels. */
function rarestOf(sets: readonly (readonly number[])[], classes: number): Int32Array {
  const counts = new Uint32Array(classes);
  for (const label of sets.flat()) counts[label]!++;
  return Int32Array.from(sets, (labels) => labels.reduce((a, b) => (counts[b]! < counts[a]! ? b : a)));
}
