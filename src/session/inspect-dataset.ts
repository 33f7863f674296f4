import { basename, dirname, parse, relative, resolve } from 'node:path';
import type { Advice, Inspection } from '../core/reports/dataset-inspection.js';
import { advise, type FirstBackbone } from '../trainer/data/inspect/advice.js';
import { inspectDataset, type Inspected } from '../trainer/data/inspect/inspect-dataset.js';
import { starterFile } from '../trainer/data/inspect/starter-file.js';
import { thumbnail } from '../trainer/data/inspect/thumbnail.js';
import type { TableReading } from '../core/trainer/table-reading.js';
import { listWeights } from './weights/stored-weights.js';
import type { Backbone } from './weights/weights-folder.js';

export interface DatasetRequest {
  /** As `dataset:` in a sweep file. */
  readonly path: string;
  readonly reading: TableReading;
  readonly warn: (message: string) => void;
  /** Called after each image, with the number of images that are done. */
  readonly progress: (done: number, total: number) => void;
}

/** The inspection of a dataset, advice, and functions that need its images. */
export interface DatasetReport {
  readonly inspection: Inspection;
  readonly advice: readonly Advice[];
  /** The backbone of `starter` whose weights have to be fetched; `undefined` if they are in the cache. */
  readonly missingWeights: string | undefined;
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
    const first = await firstBackbone();
    const advice = advise(inspection, first);
    const { name } = parse(basename(path));
    await use({
      inspection,
      advice,
      missingWeights: first.isStored ? undefined : first.backbone,
      thumbnails: (sizes) => thumbnailsOf(inspected, sizes),
      starter: (file) => starterFile({ name, dataset: relative(dirname(resolve(file)), path) || '.', reading, advice }),
    });
  } finally {
    inspected.close();
  }
}

/** Small backbones, the most useful ones first. */
const FIRST_BACKBONES: readonly Backbone[] = ['b0', 'lite0', 'v2-b0', 'mobilenet-v2', 'resnet18'];

/** A small backbone whose weights are in the cache; else the one whose weights come from a package index, with their hash. */
async function firstBackbone(): Promise<FirstBackbone> {
  const { stored } = await listWeights();
  const names = stored.map(({ backbone }) => backbone);
  const backbone = FIRST_BACKBONES.find((name) => names.includes(name)) ?? names[0];
  return { backbone: backbone ?? 'lite0', isStored: backbone !== undefined };
}

async function thumbnailsOf(
  { source }: Inspected,
  sizes: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, string>> {
  const pictures = new Map<number, string>();
  for (const [index, edge] of sizes) pictures.set(index, await thumbnail(await source.original(index), edge));
  return pictures;
}
