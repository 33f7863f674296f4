/** Images of one part of a dataset, decoded and resized once, read by index from then on. */
export interface Split {
  readonly count: number;
  /** Class of each image, an index into `ImageDataset.classNames`. */
  readonly labels: Int32Array;
  /**
   * Copies the images at `indices` into `out`: RGB bytes, [indices.length, size, size, 3], row-major. Synchronous, from a
   * cache file that the operating system keeps in memory, so that all slots and processes share one copy.
   */
  read(indices: Uint32Array, out: Uint8Array): void;
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
  /** Absolute path: a folder with one folder per class, or a folder of MNIST-style idx files. */
  readonly path: string;
  readonly imageSize: number;
  readonly cacheDir: string;
  /** Decides the split and, with limits, which images take part. */
  readonly seed: number;
  /** Share of each class that is held out, where the dataset does not come split. */
  readonly validationSplit: number;
  /** At most so many images, drawn evenly over the classes' own shares. */
  readonly trainSamples?: number;
  readonly validationSamples?: number;
  /** More images than this that cannot be decoded are an error; up to it they are skipped and reported. */
  readonly maxCorrupt: number;
  readonly warn: (message: string) => void;
}
