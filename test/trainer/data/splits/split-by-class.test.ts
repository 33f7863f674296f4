import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawSamples } from '../../../../src/trainer/data/splits/draw-samples.js';
import { splitByClass, type LabelledImages } from '../../../../src/trainer/data/splits/split-by-class.js';

const none = (): boolean => false;

/** Images with the given number per class, class by class. */
function imagesOf(counts: readonly number[], trainCount?: number): LabelledImages {
  return {
    classNames: counts.map((_, label) => `class ${label}`),
    labels: Int32Array.from(counts.flatMap((count, label) => Array.from({ length: count }, () => label))),
    ...(trainCount !== undefined && { trainCount }),
  };
}

function countsOf(images: LabelledImages, drawn: Uint32Array): number[] {
  const counts = images.classNames.map(() => 0);
  for (const index of drawn) counts[images.labels[index]!]!++;
  return counts;
}

const classCounts = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 2, maxLength: 8 });

test('every image is in exactly one part, and both parts have the given share of every class', () => {
  fc.assert(
    fc.property(classCounts, fc.integer(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (counts, seed, share) => {
      const images = imagesOf(counts);
      const pools = splitByClass(images, seed, share);
      const train = drawSamples(pools.train, undefined, none, 'train_samples');
      const validation = drawSamples(pools.validation, undefined, none, 'validation_samples');
      assert.deepEqual(
        [...train, ...validation].sort((a, b) => a - b),
        Array.from(images.labels.keys()),
      );
      for (const [label, held] of countsOf(images, validation).entries()) {
        const total = counts[label]!;
        assert.ok(held >= 1 && held < total, `${held} of ${total}`);
        assert.ok(Math.abs(held - total * share) <= 1, `${held} of ${total} at ${share}`);
      }
    }),
  );
});

test('a limit draws from each class by its share, a subset of what a larger limit draws', () => {
  fc.assert(
    fc.property(classCounts, fc.integer(), fc.nat({ max: 600 }), (counts, seed, extra) => {
      const images = imagesOf(counts);
      const { train } = splitByClass(images, seed, 0.2);
      const available = train.reduce((sum, indices) => sum + indices.length, 0);
      const limit = counts.length + extra;
      const drawn = drawSamples(train, limit, none, 'train_samples');
      assert.equal(drawn.length, Math.min(limit, available));
      const larger = new Set(drawSamples(train, limit + 1, none, 'train_samples'));
      assert.ok(drawn.every((index) => larger.has(index)));
      for (const [label, count] of countsOf(images, drawn).entries()) {
        const fair = (Math.min(limit, available) * train[label]!.length) / available;
        assert.ok(count >= 1);
        // A class that gets its minimum of one image takes it from the others.
        assert.ok(Math.abs(count - fair) < counts.length, `${count} instead of ${fair}`);
      }
    }),
  );
});

test('a limit of ten draws 6, 3 and 1 from classes of 60, 30 and 10 images', () => {
  const images = imagesOf([60, 30, 10], 100);
  const { train } = splitByClass(images, 0, 0.5);
  assert.deepEqual(countsOf(images, drawSamples(train, 10, none, 'train_samples')), [6, 3, 1]);
  assert.deepEqual(countsOf(images, drawSamples(train, 3, none, 'train_samples')), [1, 1, 1]);
});

test('equal seeds give equal splits, other seeds other splits', () => {
  const images = imagesOf([40, 40]);
  const heldOut = (seed: number): Uint32Array =>
    drawSamples(splitByClass(images, seed, 0.5).validation, undefined, none, 'validation_samples');
  assert.deepEqual(heldOut(7), heldOut(7));
  assert.notDeepEqual(heldOut(7), heldOut(8));
});

test('the split of a class does not depend on other classes', () => {
  const alone = splitByClass(imagesOf([30, 5]), 3, 0.2).validation[0]!;
  const withOthers = splitByClass(imagesOf([30, 9, 12, 4]), 3, 0.2).validation[0]!;
  assert.deepEqual(alone, withOthers);
});

test('a dataset with its own split keeps it', () => {
  // Three training and one validation image, the single one of class 0.
  const images = { classNames: ['a', 'b'], labels: Int32Array.of(0, 1, 1, 0), trainCount: 3 };
  const pools = splitByClass(images, 5, 0.5);
  assert.deepEqual([...drawSamples(pools.train, undefined, none, 'train_samples')], [0, 1, 2]);
  assert.deepEqual([...drawSamples(pools.validation, undefined, none, 'validation_samples')], [3]);
});

test('an image that is left out is replaced by the next one of its class', () => {
  const images = imagesOf([20, 20]);
  const { train } = splitByClass(images, 1, 0.2);
  const before = drawSamples(train, 10, none, 'train_samples');
  const excluded = before[0]!;
  const after = drawSamples(train, 10, (index) => index === excluded, 'train_samples');
  assert.deepEqual(countsOf(images, after), [5, 5]);
  assert.equal(before.filter((index) => after.includes(index)).length, 9);
  assert.ok(!after.includes(excluded));
});

test('a class with a single image and a limit below the number of classes are refused', () => {
  assert.throws(() => splitByClass(imagesOf([5, 1, 1]), 0, 0.2), {
    code: 'DATASET_CLASS_TOO_SMALL',
    message: 'only one image in class "class 1", "class 2"',
  });
  const { train } = splitByClass(imagesOf([5, 5, 5]), 0, 0.2);
  assert.throws(() => drawSamples(train, 2, none, 'train_samples'), {
    code: 'DATASET_LIMIT_TOO_LOW',
    message: 'train_samples is 2, fewer than the 3 classes',
  });
});
