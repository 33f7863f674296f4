import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import type { ClassFacts, Duplicates, Inspection, OddFacts, Oddity } from '../../../core/dataset-inspection.js';
import type { ImageSource } from '../formats/image-source.js';
import { inParallel } from '../files/in-parallel.js';
import { openSource } from '../formats/open-source.js';
import { splitImages, type SplitChoice } from '../splits/split-images.js';
import type { TableReading } from '../formats/table/table-reading.js';
import { examineImage, type ImageFacts } from './examine-image.js';
import { findDuplicates } from './find-duplicates.js';

import { binSizes, channelsOf, quantilesOf, tooSmallFor } from './statistics.js';

export interface InspectOptions {
  /** Absolute path, as `dataset:` in a sweep file. */
  readonly path: string;
  readonly reading: TableReading;
  /** How images are split that do not come split. */
  readonly split: SplitChoice;
  readonly warn: (message: string) => void;
  /** Called after each image, with how many of all have been looked at. */
  readonly progress: (done: number, total: number) => void;
}

/** A dataset with what is known of it; its images can be read until it is closed. */
export interface Inspected {
  readonly inspection: Inspection;
  readonly source: ImageSource;
  close(): void;
}

const SAMPLES = 6;
/** Wider than this over high, or the other way round: most of such an image is cut off. */
const LONG = 3;

/**
 * Looks at every image of a dataset once and says what there is to know before choosing parameters. Throws InputError as
 * `openImageDataset` does, corrupt images excepted: they are part of the answer.
 */
export async function inspectDataset(options: InspectOptions): Promise<Inspected> {
  const { path, reading, split, warn, progress } = options;
  const source = await openSource(path, reading, warn);
  try {
    const pools = splitImages(source, split);
    const isHeld = new Uint8Array(source.labels.length);
    for (const index of pools.validation.flatMap((indices) => [...indices])) isHeld[index] = 1;
    const total = source.labels.length;
    const facts: (ImageFacts | undefined)[] = Array.from({ length: total });
    const corrupt: { readonly index: number; readonly reason: string }[] = [];
    let done = 0;
    await inParallel(2 * availableParallelism(), facts.keys(), async (index) => {
      const examined = await examineImage(await source.original(index));
      if ('reason' in examined) corrupt.push({ index, reason: examined.reason });
      else facts[index] = examined;
      progress(++done, total);
    });
    corrupt.sort((a, b) => a.index - b.index);
    const nameOf = shortNames(source);
    const good = facts.filter((image) => image !== undefined);
    const classes = classesOf(source, isHeld, facts);
    const counts = classes.map(({ train, validation }) => train + validation);
    const shortSides = good.map(({ width, height }) => Math.min(width, height));
    const inspection: Inspection = {
      path: resolve(path),
      images: total,
      comesSplit: source.trainCount !== undefined,
      isMultiLabel: source.labelSets !== undefined,
      classes,
      imbalance: Math.max(...counts) / Math.max(1, Math.min(...counts)),
      widths: quantilesOf(good.map(({ width }) => width)),
      heights: quantilesOf(good.map(({ height }) => height)),
      shortSides: quantilesOf(shortSides),
      aspects: quantilesOf(good.map(({ width, height }) => width / height)),
      sizes: binSizes(shortSides),
      channels: channelsOf(good),
      duplicates: duplicatesOf(source, isHeld, facts, nameOf),
      corrupt: corrupt.map(({ index, reason }) => ({ name: nameOf(index), reason })),
      odd: oddOf(facts, nameOf),
      tooSmall: tooSmallFor(shortSides),
    };
    return { inspection, source, close: () => source.close() };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Names without the folders that all of them lie in. */
function shortNames(source: ImageSource): (index: number) => string {
  const first = source.nameOf(0).split(sep);
  let shared = first.length - 1;
  for (const index of source.labels.keys()) {
    const parts = source.nameOf(index).split(sep);
    let same = 0;
    while (same < shared && parts[same] === first[same]) same++;
    shared = same;
  }
  return (index) => source.nameOf(index).split(sep).slice(shared).join(sep);
}

function classesOf(
  { classNames, labels, labelSets }: ImageSource,
  isHeld: Uint8Array,
  facts: readonly (ImageFacts | undefined)[],
): ClassFacts[] {
  const classes = classNames.map((name) => ({ name, train: 0, validation: 0, samples: [] as number[] }));
  for (const [index, label] of labels.entries()) {
    for (const [other, seen] of classes.entries()) {
      if (labelSets ? !labelSets.has(index, other) : other !== label) continue;
      if (isHeld[index]) seen.validation++;
      else seen.train++;
      if (facts[index] && other === label) seen.samples.push(index);
    }
  }
  // Files beside one another often look alike: samples from all over a class show more of it.
  const spread = (indices: readonly number[]): number[] =>
    indices.filter((_, place) => place % Math.max(1, Math.floor(indices.length / SAMPLES)) === 0).slice(0, SAMPLES);
  return classes.map((seen) => ({ ...seen, samples: spread(seen.samples) }));
}

function duplicatesOf(
  { classNames, labels }: ImageSource,
  isHeld: Uint8Array,
  facts: readonly (ImageFacts | undefined)[],
  nameOf: (index: number) => string,
): Duplicates[] {
  return findDuplicates(facts).map(({ kind, images }) => ({
    kind,
    images: images.map((index) => ({
      index,
      name: nameOf(index),
      label: classNames[labels[index]!]!,
      part: isHeld[index] ? ('validation' as const) : ('train' as const),
    })),
    straddle: new Set(images.map((index) => isHeld[index])).size > 1,
    disagree: new Set(images.map((index) => labels[index])).size > 1,
  }));
}

function oddOf(facts: readonly (ImageFacts | undefined)[], nameOf: (index: number) => string): OddFacts[] {
  const found = new Map<Oddity | 'long and thin', number[]>();
  for (const [index, image] of facts.entries()) {
    if (!image) continue;
    const ratio = image.width / image.height;
    const kinds = ratio > LONG || ratio < 1 / LONG ? [...image.oddities, 'long and thin' as const] : image.oddities;
    for (const kind of kinds) {
      const indices = found.get(kind);
      if (indices) indices.push(index);
      else found.set(kind, [index]);
    }
  }
  return [...found]
    .map(([kind, indices]) => ({ kind, count: indices.length, examples: indices.slice(0, 3).map(nameOf) }))
    .sort((a, b) => b.count - a.count);
}
