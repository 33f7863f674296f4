import type { Batch } from '../data/input/batch.js';

/** The largest size of equal parts, of which no more than `limit` images each make a batch of `batchSize`. */
export function partSize(batchSize: number, limit: number): number {
  return Math.ceil(batchSize / Math.ceil(batchSize / limit));
}

/**
 * A batch as several of `size` images, without those that would hold padding alone. What a last part lacks is filled with
 * images of the same batch, at weight 0: the statistics of batch norm are of real images only.
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

/** `size` rows from `start` on, from the first again after the last; a view where they lie in one piece. */
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
