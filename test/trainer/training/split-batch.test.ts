import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Batch } from '../../../src/trainer/data/input/batch.js';
import { partSize, splitBatch } from '../../../src/trainer/training/split-batch.js';

/** Images of one pixel value each, that of their place. */
function batchOf(size: number, count: number): Batch {
  const places = Array.from({ length: size }, (_, place) => place);
  return {
    images: Float32Array.from(places.flatMap((place) => [place, place])),
    labels: Int32Array.from(places),
    targets: Float32Array.from(places.flatMap((place) => [place, -place, 0])),
    weights: Float32Array.from(places, (place) => Number(place < count)),
    count,
  };
}

describe('a batch in parts', () => {
  it('has parts of nearly equal size', () => {
    const sizes = [
      [16, 16],
      [16, 15],
      [16, 6],
      [17, 16],
      [7, 100],
      [5, 1],
    ].map(([size, limit]) => partSize(size!, limit!));
    assert.deepEqual(sizes, [16, 8, 6, 9, 7, 1]);
  });

  it('has every image once, in order', () => {
    for (const [size, count, part] of [
      [8, 8, 8],
      [8, 8, 4],
      [8, 8, 3],
      [7, 5, 2],
      [6, 1, 4],
    ] as const) {
      const parts = [...splitBatch(batchOf(size, count), part)];
      const seen = parts.flatMap((part) => [...part.labels].filter((_, place) => part.weights[place] === 1));
      assert.deepEqual(
        seen,
        Array.from({ length: count }, (_, place) => place),
      );
      for (const { images, labels, targets, weights, count } of parts) {
        assert.deepEqual(
          [images.length, labels.length, targets.length, weights.length],
          [2 * part, part, 3 * part, part],
        );
        assert.deepEqual(
          [...weights],
          Array.from({ length: part }, (_, place) => Number(place < count)),
        );
        for (const [place, label] of labels.entries()) assert.equal(images[2 * place], label);
      }
    }
  });

  it('fills the last part with images of the same batch at weight 0', () => {
    const parts = [...splitBatch(batchOf(8, 8), 3)];
    assert.deepEqual([...parts[2]!.labels], [6, 7, 0]);
    assert.deepEqual([...parts[2]!.targets], [6, -6, 0, 7, -7, 0, 0, -0, 0]);
    assert.deepEqual([...parts[2]!.weights], [1, 1, 0]);
  });
});
