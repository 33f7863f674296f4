import type { Fold } from '../splits/split-images.js';
import type { TableReading } from '../formats/table/table-reading.js';
import type { StoredImages } from '../cache/stored-images.js';

/** Images of one part of a dataset, decoded and resized once, read by index from then on. */
export interface Split {
  readonly count: number;
  /** Class of each image, an index into `ImageDataset.classNames`; of several the rarest. */
  readonly labels: Int32Array;
  /** All classes of every image, by place, where an image can have several. */
  readonly targets?: Targets;
  /** Where its images lie, for other threads to read them as well. */
  readonly stored: StoredImages;
  /**
   * Copies the images at `indices` into `out`: RGB bytes, [indices.length, size, size, 3], row-major. Synchronous, from a
   * cache file that the operating system keeps in memory, so that all slots and processes share one copy. Throws
   * EnvironmentError CACHE_DAMAGED where the file was damaged since; opening the dataset again mends it.
   */
  read(indices: Uint32Array, out: Uint8Array): void;
}

/** Which classes images have. */
export interface Targets {
  readonly classes: number;
  /** Writes 1 for each class that the image at a place has and 0 for the others: [classes]. */
  write(place: number, out: Float32Array): void;
}

/** A dataset at one image size, split into training and validation images. */
export interface ImageDataset {
  readonly classNames: readonly string[];
  /** Edge in pixels. */
  readonly imageSize: number;
  readonly train: Split;
  readonly validation: Split;
  close(): void;
}

export interface DatasetOptions {
  /** Absolute path: a folder with one folder per class, a CSV or Parquet file, or a folder of MNIST-style idx files. */
  readonly path: string;
  /** How a table is read. Default: as its columns' names suggest. */
  readonly reading?: TableReading;
  readonly imageSize: number;
  readonly cacheDir: string;
  /** Decides the split and, with limits, which images take part. */
  readonly seed: number;
  /** Share of each class that is held out, above 0 and below 1, where the dataset does not come split. */
  readonly validationSplit: number;
  /** Holds out this one of equal parts instead of the share. */
  readonly fold?: Fold | undefined;
  /** At most so many images, drawn from each class in proportion; a smaller limit draws a subset of a larger one. */
  readonly trainSamples?: number | undefined;
  readonly validationSamples?: number | undefined;
  /** More images than this that take part and cannot be decoded are an error; up to it they are left out and reported. */
  readonly maxCorrupt: number;
  readonly warn: (message: string) => void;
  /** Told how many of the images that take part are decoded, at each one. */
  readonly onPrepared?: ((done: number, total: number) => void) | undefined;
  /** Ends the opening, which may have to decode every image first; its reason is thrown. What was decoded is kept. */
  readonly signal?: AbortSignal | undefined;
}
