import { basename, dirname, parse, relative, resolve } from 'node:path';
import type { Advice, Inspection } from '../core/reports/dataset-inspection.js';
import { advise } from '../trainer/data/inspect/advice.js';
import { inspectDataset, type Inspected } from '../trainer/data/inspect/inspect-dataset.js';
import { starterFile } from '../trainer/data/inspect/starter-file.js';
import { thumbnail } from '../trainer/data/inspect/thumbnail.js';
import type { TableReading } from '../core/trainer/table-reading.js';

export interface DatasetRequest {
  /** As `dataset:` in a sweep file. */
  readonly path: string;
  readonly reading: TableReading;
  readonly warn: (message: string) => void;
  /** Called after each image, with the number of images that are done. */
  readonly progress: (done: number, total: number) => void;
}

/** What is known of a dataset, and what can be made from it. */
export interface DatasetReport {
  readonly inspection: Inspection;
  readonly advice: readonly Advice[];
  /** Thumbnails as data URIs by index; `sizes`: pixels of the longer side by index. */
  thumbnails(sizes: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, string>>;
  /** A sweep file to start with, which will be written at `file`. */
  starter(file: string): string;
}

/** Inspects a dataset; its images can be read until `use` has ended. Throws as `inspectDataset` and `use` do. */
export async function withDatasetReport(
  { path: given, reading, warn, progress }: DatasetRequest,
  use: (report: DatasetReport) => Promise<void>,
): Promise<void> {
  const path = resolve(given);
  const inspected = await inspectDataset({ path, reading, split: { seed: 0, validationSplit: 0.2 }, warn, progress });
  try {
    const { inspection } = inspected;
    const advice = advise(inspection);
    const { name } = parse(basename(path));
    await use({
      inspection,
      advice,
      thumbnails: (sizes) => thumbnailsOf(inspected, sizes),
      starter: (file) => starterFile({ name, dataset: relative(dirname(resolve(file)), path) || '.', reading, advice }),
    });
  } finally {
    inspected.close();
  }
}

async function thumbnailsOf(
  { source }: Inspected,
  sizes: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, string>> {
  const pictures = new Map<number, string>();
  for (const [index, edge] of sizes) pictures.set(index, await thumbnail(await source.original(index), edge));
  return pictures;
}
