import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Params } from '../../../../src/core/parameters.js';
import { seededRandom, shuffledIndices } from '../../../../src/core/random.js';
import { shareBuffers, type Batch } from '../../../../src/trainer/data/input/batch.js';
import { createBatchMaker } from '../../../../src/trainer/data/input/batch-maker.js';
import { countBatches, type BatchSource, type Pass } from '../../../../src/trainer/data/input/batch-source.js';
import { BATCH, SIZE, sourceOf, useDigits } from './stored-dataset.js';

const IMAGE = SIZE * SIZE * 3;
const digits = useDigits();

function make(source: BatchSource, pass: Pass, number: number): Batch {
  const maker = createBatchMaker(source);
  try {
    const buffers = shareBuffers(source);
    return { ...buffers, count: maker.fill(pass, number, buffers) };
  } finally {
    maker.close();
  }
}

/** The images of an epoch in order, as indices of the dataset. */
function imagesOf(source: BatchSource, epoch: number): Map<number, Float32Array> {
  const images = new Map<number, Float32Array>();
  const order = shuffledIndices(source.train.labels.length, seededRandom(source.seed, 'shuffle', epoch));
  for (let number = 0; number < countBatches(source, { part: 'train', epoch }); number++) {
    const batch = make(source, { part: 'train', epoch }, number);
    for (let position = 0; position < batch.count; position++) {
      const place = order[number * source.batchSize + position]!;
      images.set(source.train.stored.images[place]!, batch.images.slice(position * IMAGE, (position + 1) * IMAGE));
    }
  }
  return images;
}

const source = (params: Params = {}, more: Partial<BatchSource> = {}): BatchSource => sourceOf(digits(), params, more);

describe('a batch to train on', () => {
  it('holds its part of the images in the epoch’s order, with their labels', () => {
    const order = shuffledIndices(35, seededRandom(1, 'shuffle', 3));
    for (const number of [0, 3]) {
      const batch = make(source(), { part: 'train', epoch: 3 }, number);
      const places = order.subarray(number * BATCH, (number + 1) * BATCH);
      const pixels = new Uint8Array(BATCH * IMAGE);
      digits().train.read(places, pixels);
      assert.deepEqual(batch.images, Float32Array.from(pixels));
      assert.deepEqual(
        [...batch.labels],
        Array.from(places, (place) => digits().train.labels[place]!),
      );
      assert.deepEqual([...batch.weights], Array<number>(BATCH).fill(1));
      for (const [position, label] of batch.labels.entries()) {
        const row = [...batch.targets.subarray(position * 10, (position + 1) * 10)];
        assert.deepEqual(
          row,
          row.map((_, place) => Number(place === label)),
        );
      }
    }
  });

  it('is always full: images that do not fill a batch are left out', () => {
    assert.equal(countBatches(source(), { part: 'train', epoch: 1 }), 4);
    assert.equal(countBatches(source({}, { batchSize: 36 }), { part: 'train', epoch: 1 }), 0);
  });

  it('has all classes of an image in a multi-label dataset', () => {
    const targets = Float32Array.from({ length: 35 * 10 }, (_, place) => Number(place % 3 === 0));
    const several = source({}, { train: { ...source().train, targets } });
    const batch = make(several, { part: 'train', epoch: 1 }, 0);
    const place = shuffledIndices(35, seededRandom(1, 'shuffle', 1))[2]!;
    assert.deepEqual(batch.targets.slice(20, 30), targets.slice(place * 10, (place + 1) * 10));
  });
});

describe('a batch to validate on', () => {
  it('is not augmented, and the last batch is padded', () => {
    const batch = make(source({ augment: 'strong', mixup_alpha: 1 }), { part: 'validation' }, 2);
    const pixels = new Uint8Array(4 * IMAGE);
    digits().validation.read(Uint32Array.of(16, 17, 18, 19), pixels);
    assert.deepEqual(batch.images.subarray(0, 4 * IMAGE), Float32Array.from(pixels));
    assert.ok(batch.images.subarray(4 * IMAGE).every((value) => value === 0));
    assert.deepEqual([...batch.weights], [1, 1, 1, 1, 0, 0, 0, 0]);
    assert.ok(batch.targets.subarray(40).every((value) => value === 0));
    assert.equal(batch.count, 4);
    assert.equal(countBatches(source(), { part: 'validation' }), 3);
  });
});

describe('the augmentation of an image', () => {
  it('depends on the seed, the epoch and the image, not on the batch', () => {
    const params = { augment: 'strong' };
    const byEight = imagesOf(source(params), 1);
    const byFive = imagesOf(source(params, { batchSize: 5 }), 1);
    assert.equal(byFive.size, 35);
    for (const [index, image] of byEight) assert.deepEqual(byFive.get(index), image, `image ${index}`);
  });

  it('differs from epoch to epoch and from seed to seed', () => {
    const first = imagesOf(source({ augment: 'strong' }), 1);
    for (const other of [
      imagesOf(source({ augment: 'strong' }), 2),
      imagesOf(source({ augment: 'strong' }, { seed: 2 }), 1),
    ]) {
      const both = [...first.keys()].filter((index) => other.has(index));
      const same = both.filter((index) =>
        Buffer.from(first.get(index)!.buffer).equals(Buffer.from(other.get(index)!.buffer)),
      );
      assert.ok(both.length > 20 && same.length <= 1, `${same.length} of ${both.length} are the same`);
    }
  });

  it('repeats after the given number of variants', () => {
    const params = { augment: 'medium', augment_copies: 2 };
    const epochs = [1, 2, 3, 4].map((epoch) => imagesOf(source(params, { batchSize: 5 }), epoch));
    const sameImages = (a: number, b: number): number =>
      [...epochs[a]!].filter(([index, image]) => image.every((value, place) => value === epochs[b]!.get(index)![place]))
        .length;
    assert.equal(sameImages(0, 2), 35);
    assert.equal(sameImages(1, 3), 35);
    assert.ok(sameImages(0, 1) < 10);
  });
});

describe('a mixed batch', () => {
  it('blends each image with the next one, and its targets have the same shares', () => {
    const plain = make(source(), { part: 'train', epoch: 1 }, 0);
    const mixed = make(source({ mixup_alpha: 0.8 }), { part: 'train', epoch: 1 }, 0);
    for (let position = 0; position < BATCH; position++) {
      const partner = (position + 1) % BATCH;
      const [own, other] = [plain.labels[position]!, plain.labels[partner]!];
      const row = mixed.targets.subarray(position * 10, (position + 1) * 10);
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-6);
      if (own === other) continue;
      const share = row[own]!;
      assert.ok(Math.abs(row[other]! - (1 - share)) < 1e-6);
      assert.equal(mixed.labels[position], share >= 0.5 ? own : other);
      for (let at = 0; at < IMAGE; at++) {
        const expected =
          share * plain.images[position * IMAGE + at]! + (1 - share) * plain.images[partner * IMAGE + at]!;
        assert.ok(Math.abs(mixed.images[position * IMAGE + at]! - expected) < 1e-3);
      }
    }
  });

  it('pastes a part of the next image with CutMix, equal for equal seeds', () => {
    const params = { cutmix_alpha: 1 };
    const plain = make(source(), { part: 'train', epoch: 1 }, 1);
    const mixed = make(source(params), { part: 'train', epoch: 1 }, 1);
    assert.deepEqual(mixed, make(source(params), { part: 'train', epoch: 1 }, 1));
    for (const [at, value] of mixed.images.entries()) {
      const [position, place] = [Math.floor(at / IMAGE), at % IMAGE];
      const partner = (position + 1) % BATCH;
      assert.ok(value === plain.images[at] || value === plain.images[partner * IMAGE + place]);
    }
    assert.notDeepEqual(mixed.images, plain.images);
  });
});
