import type { Batch } from '../data/input/batch.js';

/**
 * Splits `batchSize` images into the fewest parts of at most `limit` images, as equal as possible. Returns the largest part's
 * size.
 */
export function partSize(batchSize: number, limit: number): number {
  return Math.ceil(batchSize / Math.ceil(batchSize / limit));
}

/**
 * Splits a batch into parts of `size` images and leaves out parts that would hold only padding. If the last part is too short,
 * it is filled with images of the same batch at weight 0, so that the statistics of batch norm come from real images.
 */
export function* splitBatch(batch: Batch, size: number): Generator<Batch> {
  const total = batch.weights.length;
  for (let start = 0; start < batch.count; start += size) {
    const part = <Values extends Float32Array | Int32Array>(values: Values): Values =>
      rows(values, start, size, values.length / total);
    const weights = part(batch.weights);
    weights.subarray(total - start).fill(0);
    yield {
      images: part(batch.images),
      labels: part(batch.labels),
      targets: part(batch.targets),
      weights,
      count: Math.min(size, batch.count - start),
    };
  }
}

/** `size` rows from `start` on, wrapping around at the end. Returns a view, or a copy if it wraps. */
function rows<Values extends Float32Array | Int32Array>(
  values: Values,
  start: number,
  size: number,
  width: number,
): Values {
  const own = values.subarray(start * width, (start + size) * width) as Values;
  if (own.length === size * width) return own;
  const filled = (
    values instanceof Int32Array ? new Int32Array(size * width) : new Float32Array(size * width)
  ) as Values;
  filled.set(own);
  filled.set(values.subarray(0, filled.length - own.length), own.length);
  return filled;
}
