import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBatches, type BatchOptions } from '../../../src/trainer/data/batches.js';
import type { Split } from '../../../src/trainer/data/dataset.js';

/** Five images of 1 x 1 px whose bytes are their place and whose labels are ten times that. */
const split: Split = {
  count: 5,
  labels: Int32Array.of(0, 10, 20, 30, 40),
  read: (places, out) => {
    assert.equal(out.length, places.length * 3);
    for (const [position, place] of places.entries()) out.fill(place + 1, position * 3, position * 3 + 3);
  },
};

const pass = (options: Pick<BatchOptions, 'last' | 'batchSize'>, order = Uint32Array.of(4, 2, 0, 1, 3)): unknown[] =>
  Array.from(readBatches(split, { ...options, imageSize: 1, order }), ({ images, labels, weights, count }) => ({
    images: [...images],
    labels: [...labels],
    weights: [...weights],
    count,
  }));

test('batches come in the order asked for, the last one padded with nothing', () => {
  assert.deepEqual(pass({ batchSize: 2, last: 'pad' }), [
    { images: [5, 5, 5, 3, 3, 3], labels: [40, 20], weights: [1, 1], count: 2 },
    { images: [1, 1, 1, 2, 2, 2], labels: [0, 10], weights: [1, 1], count: 2 },
    { images: [4, 4, 4, 0, 0, 0], labels: [30, 0], weights: [1, 0], count: 1 },
  ]);
});

test('or left out where it is not full', () => {
  assert.equal(pass({ batchSize: 2, last: 'drop' }).length, 2);
  assert.equal(pass({ batchSize: 5, last: 'drop' }).length, 1);
  assert.deepEqual(pass({ batchSize: 6, last: 'drop' }), []);
  assert.deepEqual(pass({ batchSize: 2, last: 'pad' }, new Uint32Array()), []);
});

test('a pass uses one set of buffers', () => {
  const order = Uint32Array.of(0, 1, 2);
  const batches = [...readBatches(split, { batchSize: 2, imageSize: 1, order, last: 'pad' })];
  assert.equal(batches[0]!.images, batches[1]!.images);
  assert.equal(batches[0]!.labels, batches[1]!.labels);
});
