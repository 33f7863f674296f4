import type { Split } from './dataset.js';

/** Some images with their labels. Every batch of a pass uses the same buffers: valid until the next one is asked for. */
export interface Batch {
  /** RGB bytes [batchSize, imageSize, imageSize, 3]. */
  readonly images: Uint8Array;
  /** [batchSize] */
  readonly labels: Int32Array;
  /** [batchSize]: 1 for an image, 0 for padding. */
  readonly weights: Float32Array;
  /** Images in it; what follows them is padding. */
  readonly count: number;
}

export interface BatchOptions {
  readonly batchSize: number;
  readonly imageSize: number;
  /** Places in the split, in the order in which they are wanted. */
  readonly order: Uint32Array;
  /**
   * What becomes of a last batch that is not full: left out, or filled with black images of class 0 and weight 0. `drop` of
   * fewer images than one batch gives none at all.
   */
  readonly last: 'drop' | 'pad';
}

/** Reads a split batch by batch, each of the same shape, while it is consumed. */
export function* readBatches(split: Split, { batchSize, imageSize, order, last }: BatchOptions): Generator<Batch> {
  const imageBytes = imageSize * imageSize * 3;
  const images = new Uint8Array(batchSize * imageBytes);
  const labels = new Int32Array(batchSize);
  const weights = new Float32Array(batchSize);
  const end = last === 'drop' ? order.length - (order.length % batchSize) : order.length;
  for (let start = 0; start < end; start += batchSize) {
    const places = order.subarray(start, Math.min(start + batchSize, end));
    split.read(places, images.subarray(0, places.length * imageBytes));
    for (const [position, place] of places.entries()) labels[position] = split.labels[place]!;
    images.fill(0, places.length * imageBytes);
    labels.fill(0, places.length);
    weights.fill(1, 0, places.length).fill(0, places.length);
    yield { images, labels, weights, count: places.length };
  }
}
