import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import type { ClassFacts, Duplicates, Inspection, OddFacts, Oddity } from '../../../core/reports/dataset-inspection.js';
import { InputError } from '../../../core/errors.js';
import type { ImageSource } from '../formats/image-source.js';
import { inParallel } from '../files/in-parallel.js';
import { openSource } from '../formats/open-source.js';
import { indicesByClass, type Pools } from '../splits/split-by-class.js';
import { splitImages, type SplitChoice } from '../splits/split-images.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import { examineImage, type ImageFacts } from './examine-image.js';
import { findDuplicates } from './find-duplicates.js';

import { binSizes, channelsOf, quantilesOf, tooSmallFor } from './statistics.js';

export interface InspectOptions {
  /** Absolute path of the dataset. */
  readonly path: string;
  readonly reading: TableReading;
  /** How the images are split if the dataset does not come split. */
  readonly split: SplitChoice;
  readonly warn: (message: string) => void;
  /** Called after each examined image. */
  readonly progress: (done: number, total: number) => void;
}

/** An inspected dataset. Its images can be read until `close`. */
export interface Inspected {
  readonly inspection: Inspection;
  readonly source: ImageSource;
  close(): void;
}

const SAMPLES = 6;
/** From this aspect ratio, or its inverse, the centre crop drops most of an image. */
const LONG = 3;

/**
 * Examines every image of a dataset once and collects the facts that help to choose parameters. Problems that would stop a
 * trial, such as corrupt images, empty class folders or classes with one image, are part of the result or reported by `warn`.
 *
 * @throws InputError as `openSource`, if the dataset has fewer than two classes with images or cannot be read
 */
export async function inspectDataset(options: InspectOptions): Promise<Inspected> {
  const { path, reading, split, warn, progress } = options;
  const source = await openSource(path, reading, warn, 'lenient');
  try {
    const pools = splitOrReport(source, split, warn);
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

/** Splits the images as a trial would. If they cannot be split, reports the error and counts all images as training images. */
function splitOrReport(source: ImageSource, split: SplitChoice, warn: (message: string) => void): Pools {
  try {
    return splitImages(source, split);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    warn(`${error.message}. A trial would fail`);
    const { classNames, labels } = source;
    return { train: indicesByClass(labels, classNames.length, 0, labels.length), validation: [] };
  }
}

/** Image names without their common parent folders. */
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
  // Neighbouring files often look alike, so take samples evenly from the whole class.
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
