import { extname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { InputError } from '../../../core/errors.js';
import { datasetNotFound } from './dataset-not-found.js';
import { shortList } from '../files/name-lists.js';
import { readFolderDataset } from './read-folder-dataset.js';
import { IDX_NAMES, readIdxDataset } from './read-idx-dataset.js';
import type { ImageSource } from './image-source.js';
import { listFolder, type FolderListing } from '../files/list-folder.js';
import { readTableDataset } from './table/read-table-dataset.js';
import { isTable, type TableReading } from './table/table-reading.js';

/**
 * Finds out in which format a dataset is, a file by its name and a folder by what it holds, and lists its images. Throws
 * InputError DATASET_NOT_FOUND, DATASET_NOT_RECOGNIZED with what was seen and what is expected, DATASET_NOT_A_TABLE where
 * something else is to be read as one, and what the format's reader throws.
 */
export async function openSource(
  path: string,
  reading: TableReading,
  warn: (message: string) => void,
): Promise<ImageSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw datasetNotFound(path);
  if (!found.isDirectory() && isTable(path)) return readTableDataset(resolve(path), reading, warn);
  if (!found.isDirectory()) throw notRecognized(resolve(path), 'is a file');
  refuseReading(path, reading);
  const folder = await listFolder(resolve(path));
  const source = readIdxDataset(folder) ?? (await readFolderDataset(folder, warn));
  if (!source) throw notRecognized(folder.path, summarize(folder));
  return source;
}

function refuseReading(path: string, reading: TableReading): void {
  const [given] = Object.entries(reading).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  const name = given.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw new InputError('DATASET_NOT_A_TABLE', `${name} says how a table is read, and ${resolve(path)} is a folder`, {
    hint: 'Name the CSV or Parquet file itself as the dataset, or take the setting out.',
  });
}

const notRecognized = (path: string, what: string): InputError =>
  new InputError('DATASET_NOT_RECOGNIZED', `${path} ${what}: no image dataset that this trainer knows`, {
    hint:
      'Expected is a folder with one folder per class, holding JPEG, PNG or WebP images ' +
      '(or train and val folders of that kind), a .csv or .parquet file with a row for each image, ' +
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
