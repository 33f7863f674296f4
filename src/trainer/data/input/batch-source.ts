import type { Split } from '../datasets/image-dataset.js';
import type { StoredImages } from '../cache/stored-images.js';
import type { AugmentationSettings } from '../../training/parameters/augmentation.js';
import type { BatchShape } from './batch.js';

/** Everything that determines the content of batches. Plain data that can be sent to a thread. */
export interface BatchSource extends BatchShape {
  readonly seed: number;
  readonly train: Part;
  readonly validation: Part;
  readonly augmentation: AugmentationSettings;
  readonly features?: FeatureSource | undefined;
}

/** Location of precomputed features, in the order of each part's images. */
export interface FeatureSource {
  /** Length of a feature vector. */
  readonly width: number;
  /** One entry per augmented variant; epochs use them in turn, as `variantRandom` does. */
  readonly train: readonly StoredImages[];
  readonly validation: StoredImages;
}

/** Images of one part of a dataset. */
export interface Part {
  readonly stored: StoredImages;
  /** Class of each image. */
  readonly labels: Int32Array;
  /** [count, classes]: multi-hot vectors, if images can have several classes. */
  readonly targets: Float32Array | undefined;
}

/**
 * One pass over the images. Training shuffles them by the epoch (from 1) and drops an incomplete last batch; validation
 * keeps their order and pads the last batch.
 */
export type Pass = { readonly part: 'train'; readonly epoch: number } | { readonly part: 'validation' };

/** Number of batches in a pass. */
export function countBatches({ batchSize, ...source }: BatchSource, { part }: Pass): number {
  const full = source[part].labels.length / batchSize;
  return part === 'train' ? Math.floor(full) : Math.ceil(full);
}

/** The part for batches of a dataset's split. */
export function partOf({ stored, labels, targets }: Split): Part {
  if (targets === undefined) return { stored, labels, targets };
  const { classes } = targets;
  const written = new Float32Array(labels.length * classes);
  for (let place = 0; place < labels.length; place++) {
    targets.write(place, written.subarray(place * classes, (place + 1) * classes));
  }
  return { stored, labels, targets: written };
}
