import { createHash } from 'node:crypto';
import { fingerprintFiles } from './fingerprint-dataset.js';
import { imageColumn } from '../formats/table/choose-columns.js';
import { locateImages } from '../formats/table/locate-images.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import { openTable } from '../formats/table/open-table.js';

/**
 * Identifies the content of a table and its images: 64 hexadecimal digits (SHA-256) that change with any byte of the table or
 * of an image and with nothing else.
 *
 * @throws InputError DATASET_UNREADABLE, and the errors of `readTableDataset` about the image column
 */
export async function fingerprintTable(
  path: string,
  { cacheDir, reading }: { readonly cacheDir: string; readonly reading: TableReading },
): Promise<string> {
  const table = await openTable(path);
  const images = await locateImages(table, imageColumn(table, reading), reading.imageRoot);
  const contents = await fingerprintFiles([path, ...new Set(images)], { root: path, cacheDir });
  const hash = createHash('sha256').update('sweepwright table 1\n');
  for (const content of contents) hash.update(`${content}\n`);
  return hash.digest('hex');
}
