import type { Split } from '../datasets/image-dataset.js';
import type { StoredImages } from '../cache/stored-images.js';
import type { AugmentationSettings } from '../../training/parameters/augmentation.js';
import type { BatchShape } from './batch.js';

/** Everything that decides what batches hold. Plain data, so that any thread can make any of them. */
export interface BatchSource extends BatchShape {
  readonly seed: number;
  readonly train: Part;
  readonly validation: Part;
  readonly augmentation: AugmentationSettings;
  readonly features?: FeatureSource | undefined;
}

/** Where the features of the images lie, of each part in the order of its places. */
export interface FeatureSource {
  /** Numbers in each. */
  readonly width: number;
  /** Of each variant that the epochs take in turn, as `variantRandom` has it. */
  readonly train: readonly StoredImages[];
  readonly validation: StoredImages;
}

/** Images of one part of a dataset. */
export interface Part {
  readonly stored: StoredImages;
  /** Class of the image at each place. */
  readonly labels: Int32Array;
  /** [count, classes], where images can have several classes. */
  readonly targets: Float32Array | undefined;
}

/**
 * A walk over images. Training takes each once, in an order of the epoch's own, and leaves out those that do not fill a last
 * batch; validation takes all as they come and fills the last batch with nothing.
 */
export type Pass = { readonly part: 'train'; readonly epoch: number } | { readonly part: 'validation' };

export function countBatches({ batchSize, ...source }: BatchSource, { part }: Pass): number {
  const full = source[part].labels.length / batchSize;
  return part === 'train' ? Math.floor(full) : Math.ceil(full);
}

export function partOf({ stored, labels, targets }: Split): Part {
  if (targets === undefined) return { stored, labels, targets };
  const { classes } = targets;
  const written = new Float32Array(labels.length * classes);
  for (let place = 0; place < labels.length; place++) {
    targets.write(place, written.subarray(place * classes, (place + 1) * classes));
  }
  return { stored, labels, targets: written };
}
