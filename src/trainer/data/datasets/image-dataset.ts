import type { Fold } from '../splits/split-images.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import type { StoredImages } from '../cache/stored-images.js';

/** Decoded and resized images of one part of a dataset. */
export interface Split {
  readonly count: number;
  /** Class of each image, an index into `ImageDataset.classNames`; the rarest one if it has several. */
  readonly labels: Int32Array;
  /** All classes of each image, if images can have several. */
  readonly targets?: Targets;
  /** Location of the images, so that other threads can read them. */
  readonly stored: StoredImages;
  /**
   * Copies the images at `indices` into `out`: RGB bytes, [indices.length, size, size, 3], row-major. Synchronous, from a
   * cache file that the operating system keeps in memory, so that all slots and processes share one copy.
   *
   * @throws EnvironmentError CACHE_DAMAGED if the file is damaged; opening the dataset again repairs it
   */
  read(indices: Uint32Array, out: Uint8Array): void;
}

/** Classes of multi-label images. */
export interface Targets {
  readonly classes: number;
  /** Writes the multi-hot vector of the image at a position into `out`, [classes]. */
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
  /** How a table is read. Default: detected from the names of its columns. */
  readonly reading?: TableReading;
  readonly imageSize: number;
  readonly cacheDir: string;
  /** Seed of the split and of the choice of images where their number is limited. */
  readonly seed: number;
  /** Share of each class used for validation, above 0 and below 1. Ignored if the dataset comes split. */
  readonly validationSplit: number;
  /** Uses this fold for validation instead of `validationSplit`. */
  readonly fold?: Fold | undefined;
  /** Maximum number of training images, drawn from each class in proportion. A smaller limit draws a subset. Default: all. */
  readonly trainSamples?: number | undefined;
  /** Maximum number of validation images. Default: all. */
  readonly validationSamples?: number | undefined;
  /** Maximum number of used images that cannot be decoded: these are left out with a warning, more are an error. */
  readonly maxCorrupt: number;
  /** Called at most once, where images cannot be decoded. */
  readonly warn: (message: string) => void;
  /** Called after each decoded image. */
  readonly onPrepared?: ((done: number, total: number) => void) | undefined;
  /** Aborts the opening, which may take long to decode images; the signal's reason is thrown. Decoded images stay cached. */
  readonly signal?: AbortSignal | undefined;
}
