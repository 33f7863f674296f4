import { extname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { InputError } from '../../../core/errors.js';
import { datasetNotFound } from './dataset-not-found.js';
import { shortList } from '../files/name-lists.js';
import { readFolderDataset, type Tolerance } from './read-folder-dataset.js';
import { IDX_NAMES, readIdxDataset } from './read-idx-dataset.js';
import type { ImageSource } from './image-source.js';
import { listFolder, type FolderListing } from '../files/list-folder.js';
import { readTableDataset } from './table/read-table-dataset.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import { isTable } from './table/open-table.js';

/**
 * Detects the format of a dataset (of a file by its name, of a folder by its content) and lists its images, without decoding.
 *
 * @throws InputError DATASET_NOT_FOUND, DATASET_UNREADABLE, DATASET_ENDLESS, DATASET_NOT_RECOGNIZED, DATASET_NOT_A_TABLE if `reading` is given for a folder, and
 *   the errors of the format's reader
 */
export async function openSource(
  path: string,
  reading: TableReading,
  warn: (message: string) => void,
  tolerance: Tolerance = 'strict',
): Promise<ImageSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw datasetNotFound(path);
  if (!found.isDirectory() && isTable(path)) return readTableDataset(resolve(path), reading, warn);
  if (!found.isDirectory()) throw notRecognized(resolve(path), 'is a file');
  refuseReading(path, reading);
  const folder = await listFolder(resolve(path));
  const problem = folder.unreadable.find(({ path: place }) => place === folder.path);
  if (problem) {
    throw new InputError('DATASET_UNREADABLE', `the dataset ${folder.path} cannot be read: ${problem.reason}`, {
      hint: 'Check its permissions, or choose a folder with image files.',
    });
  }
  const source = readIdxDataset(folder) ?? (await readFolderDataset(folder, warn, tolerance));
  if (!source) throw notRecognized(folder.path, summarize(folder));
  return source;
}

function refuseReading(path: string, reading: TableReading): void {
  const [given] = Object.entries(reading).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  const name = given.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw new InputError('DATASET_NOT_A_TABLE', `${name} is a setting for tables, but ${resolve(path)} is a folder`, {
    hint: 'Set the dataset to the CSV or Parquet file, or remove the setting.',
  });
}

const notRecognized = (path: string, what: string): InputError =>
  new InputError('DATASET_NOT_RECOGNIZED', `${path} ${what}: this is not an image dataset that the trainer can read`, {
    hint:
      'Expected: a folder with one folder per class that contains JPEG, PNG or WebP images ' +
      '(or train and val folders of this form), a .csv or .parquet file with one row per image, ' +
      `or the files ${IDX_NAMES}.`,
  });

/** `holds 1 folder (a), 120 .csv files (x.csv, y.csv, z.csv and 117 more) and no image in any folder`. */
function summarize({ folders, files }: FolderListing): string {
  const groups = new Map<string, string[]>();
  for (const { name } of folders) append(groups, 'folder', name);
  for (const { name } of files) append(groups, `${extname(name).toLowerCase() || 'other'} file`, name);
  if (groups.size === 0) return 'is empty';
  const seen = [...groups]
    .map(([kind, names]) => `${names.length} ${kind}${names.length > 1 ? 's' : ''} (${shortList(names, 3)})`)
    .join(', ');
  return `holds ${seen} and no image in any folder`;
}

function append(groups: Map<string, string[]>, kind: string, name: string): void {
  const names = groups.get(kind);
  if (names) names.push(name);
  else groups.set(kind, [name]);
}
