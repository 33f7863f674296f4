import { fingerprintDataset } from './fingerprint-dataset.js';
import { fingerprintTable } from './fingerprint-table.js';
import { isTable, type TableReading } from '../formats/table/table-reading.js';

/** What a dataset of the built-in trainer is: of a table its images too. Throws as the fingerprint of its kind. */
export function identifyImages(
  path: string,
  options: { readonly cacheDir: string; readonly reading: TableReading },
): Promise<string> {
  return isTable(path) ? fingerprintTable(path, options) : fingerprintDataset(path, options);
}
