import { createHash } from 'node:crypto';
import { InputError } from '../../../core/errors.js';
import { formatCounted } from '../../../core/format.js';
import type { DatasetOptions, ImageDataset, Split } from './image-dataset.js';
import { identifyImages } from '../fingerprints/identify-images.js';
import { ImageCache } from '../cache/image-cache.js';
import type { ImageSource } from '../formats/image-source.js';
import { openSource } from '../formats/open-source.js';
import { drawSamples } from '../splits/draw-samples.js';
import type { Pools } from '../splits/split-by-class.js';
import { splitImages } from '../splits/split-images.js';

/** Number of corrupt images that messages name; the others are counted. */
const NAMED = 5;

/**
 * Opens a dataset at one image size: lists its images, splits them by class and seed, and decodes those that are used and not
 * cached. The result depends only on the dataset's content and the options, not on the order on disk or the cache.
 *
 * @throws InputError, always with a hint: DATASET_NOT_FOUND, DATASET_UNREADABLE, DATASET_NOT_RECOGNIZED,
 * DATASET_ONE_CLASS, DATASET_EMPTY_CLASS, DATASET_CLASS_TOO_SMALL, DATASET_SPLIT_MISMATCH, DATASET_UNCLEAR_SPLIT,
 * DATASET_IDX_INVALID, DATASET_INCOMPLETE, the errors of `readTableDataset` and `splitImages`,
 * DATASET_LIMIT_TOO_LOW, DATASET_CORRUPT, DATASET_CHANGED; EnvironmentError: CACHE_UNWRITABLE, DISK_FULL.
 */
export async function openImageDataset(options: DatasetOptions): Promise<ImageDataset> {
  const { path, reading = {}, cacheDir, imageSize, onPrepared, signal } = options;
  const fingerprint = await identifyImages(path, { cacheDir, reading });
  // What is listed and left out is the same for every trial: `checkDataset` says it, once for the sweep.
  const source = await openSource(path, reading, () => undefined);
  try {
    const pools = splitImages(source, options);
    const cache = await ImageCache.open({
      cacheDir,
      fingerprint: orderedBy(fingerprint, source.order),
      count: source.labels.length,
      imageSize,
      decode: source.decoder(imageSize),
      isUnchanged: async () => (await identifyImages(path, { cacheDir, reading })) === fingerprint,
      signal,
      onPrepared,
    });
    try {
      const { train, validation } = await drawDecodable(source, pools, cache, options);
      return {
        classNames: source.classNames,
        imageSize,
        train: toSplit(train, source, cache),
        validation: toSplit(validation, source, cache),
        close: () => {
          cache.close();
        },
      };
    } catch (error) {
      cache.close();
      throw error;
    }
  } finally {
    source.close();
  }
}

/** Identity of an image cache: the dataset's content and the order of its images. */
const orderedBy = (fingerprint: string, order: string | undefined): string =>
  order === undefined ? fingerprint : createHash('sha256').update(`${fingerprint}${order}`).digest('hex');

interface Drawn {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Draws images and decodes them. A corrupt image is replaced by the next one of its class. The result does not depend on
 * which corrupt images the cache already knows.
 */
async function drawDecodable(
  source: ImageSource,
  pools: Pools,
  cache: ImageCache,
  options: DatasetOptions,
): Promise<Drawn> {
  const { trainSamples, validationSamples, maxCorrupt } = options;
  const corrupt = new Map<number, string>();
  const isCorrupt = (index: number): boolean => corrupt.has(index);
  for (;;) {
    const train = drawSamples(pools.train, trainSamples, isCorrupt, 'train_samples');
    const validation = drawSamples(pools.validation, validationSamples, isCorrupt, 'validation_samples');
    const drawn = Uint32Array.from([...train, ...validation]);
    const failures = await cache.prepare(drawn, maxCorrupt - corrupt.size);
    for (const [index, reason] of failures) corrupt.set(index, reason);
    if (corrupt.size > maxCorrupt) throw tooManyCorrupt(source, corrupt, options);
    if (failures.size > 0) continue;
    reportCorrupt(source, corrupt, options);
    requireEveryClass(source, pools, { train, validation });
    return { train, validation };
  }
}

function toSplit(images: Uint32Array, source: ImageSource, cache: ImageCache): Split {
  const { labelSets, classNames } = source;
  return {
    count: images.length,
    labels: Int32Array.from(images, (index) => source.labels[index]!),
    stored: cache.stored(images),
    read: cache.reader(images),
    ...(labelSets && {
      targets: { classes: classNames.length, write: (place, out) => labelSets.write(images[place]!, out) },
    }),
  };
}

/** Each class must keep an image in each part where it has some; a class of multi-label images must keep a training image. */
function requireEveryClass(source: ImageSource, pools: Pools, drawn: Drawn): void {
  const { classNames, labels, labelSets } = source;
  for (const part of ['train', 'validation'] as const) {
    const present = new Set(Array.from(drawn[part], (index) => labels[index]!));
    const isGone = (label: number): boolean =>
      labelSets && part === 'train'
        ? !drawn.train.some((index) => labelSets.has(index, label))
        : pools[part][label]!.length > 0 && !present.has(label);
    const gone = classNames.findIndex((_, label) => isGone(label));
    if (gone < 0) continue;
    const role = part === 'train' ? 'train on' : 'validate on';
    throw new InputError(
      'DATASET_CLASS_TOO_SMALL',
      `no image of class "${classNames[gone]!}" is left to ${role}: the drawn ones cannot be decoded`,
      { hint: 'Replace the corrupt images, or remove the class.' },
    );
  }
}

function reportCorrupt(source: ImageSource, corrupt: ReadonlyMap<number, string>, { warn }: DatasetOptions): void {
  if (corrupt.size === 0) return;
  const more = corrupt.size > NAMED ? `; and ${corrupt.size - NAMED} more` : '';
  warn(`${formatCounted(corrupt.size, 'image')} left out: ${describeCorrupt(source, corrupt).join('; ')}${more}`);
}

function tooManyCorrupt(
  source: ImageSource,
  corrupt: ReadonlyMap<number, string>,
  { path, maxCorrupt }: DatasetOptions,
): InputError {
  const examples = describeCorrupt(source, corrupt).join('; ');
  return new InputError(
    'DATASET_CORRUPT',
    `more than ${formatCounted(maxCorrupt, 'image')} of ${path} cannot be decoded, among them ${examples}`,
    { hint: 'Replace or remove them, or increase max_corrupt.' },
  );
}

const describeCorrupt = (source: ImageSource, corrupt: ReadonlyMap<number, string>): string[] =>
  [...corrupt].slice(0, NAMED).map(([index, reason]) => `${source.nameOf(index)}: ${reason}`);
