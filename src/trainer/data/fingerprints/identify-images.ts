import { fingerprintDataset } from './fingerprint-dataset.js';
import { fingerprintTable } from './fingerprint-table.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import { isTable } from '../formats/table/open-table.js';

/**
 * Fingerprint of a dataset: of a table with its images, else of the folder or file. Throws as `fingerprintTable` or
 * `fingerprintDataset`.
 */
export function identifyImages(
  path: string,
  options: { readonly cacheDir: string; readonly reading: TableReading },
): Promise<string> {
  return isTable(path) ? fingerprintTable(path, options) : fingerprintDataset(path, options);
}
