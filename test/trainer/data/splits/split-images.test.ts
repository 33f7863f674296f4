import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../../../src/core/errors.js';
import { randomInt, seededRandom } from '../../../../src/core/random.js';
import { splitImages } from '../../../../src/trainer/data/splits/split-images.js';
import { splitByClass, type LabelledImages, type Pool } from '../../../../src/trainer/data/splits/split-by-class.js';

/** Images with the given number per class, in random order. */
function imagesOf(counts: readonly number[], seed = 0): LabelledImages {
  const random = seededRandom(seed, 'images');
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => ({ label, key: random() })));
  return {
    classNames: counts.map((_, label) => `class ${label}`),
    labels: Int32Array.from(labels.sort((a, b) => a.key - b.key).map(({ label }) => label)),
  };
}

/** Groups of one to `largest` images, of one class or of several. */
function grouped(images: LabelledImages, largest: number, seed: number): LabelledImages & { groups: Int32Array } {
  const random = seededRandom(seed, 'groups');
  const groups = new Int32Array(images.labels.length);
  let group = 0;
  for (let index = 0; index < groups.length; group++) {
    const size = 1 + randomInt(random, largest);
    groups.fill(group, index, index + size);
    index += size;
  }
  return { ...images, groups };
}

const indices = (pool: Pool): number[] => pool.flatMap((own) => [...own]).sort((a, b) => a - b);
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'none';
};

test('every image is in the validation part of exactly one fold, and folds have equal shares of every class', () => {
  const counts = fc.array(fc.integer({ min: 7, max: 40 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 2, max: 7 }), fc.nat(), (counts, count, seed) => {
      const images = imagesOf(counts, seed);
      const folds = Array.from({ length: count }, (_, index) =>
        splitImages(images, { seed, validationSplit: 0.2, fold: { count, index } }),
      );
      const all = [...images.labels.keys()];
      assert.deepEqual(
        folds.flatMap(({ validation }) => indices(validation)).sort((a, b) => a - b),
        all,
      );
      for (const { train, validation } of folds) {
        assert.deepEqual(
          [...indices(train), ...indices(validation)].sort((a, b) => a - b),
          all,
        );
        for (const [label, held] of validation.entries()) assert.ok(Math.abs(held.length - counts[label]! / count) < 1);
        assert.ok(Math.abs(indices(validation).length - all.length / count) < 1);
      }
    }),
    { numRuns: 40 },
  );
});

test('a fold depends on the seed and the number of folds, not on validation_split', () => {
  const images = imagesOf([20, 30]);
  const fold = { count: 5, index: 2 };
  const first = splitImages(images, { seed: 1, validationSplit: 0.2, fold });
  assert.deepEqual(splitImages(images, { seed: 1, validationSplit: 0.5, fold }), first);
  assert.notDeepEqual(splitImages(images, { seed: 2, validationSplit: 0.2, fold }), first);
});

test('a class with fewer images than folds is refused', () => {
  const fold = { count: 5, index: 0 };
  assert.equal(
    codeOf(() => splitImages(imagesOf([20, 4]), { seed: 1, validationSplit: 0.2, fold })),
    'DATASET_CLASS_TOO_SMALL',
  );
});

test('folds of a dataset with its own split leave out its validation part', () => {
  const images = { ...imagesOf([30, 30]), trainCount: 40 };
  const fold = { count: 4, index: 3 };
  const { train, validation } = splitImages(images, { seed: 1, validationSplit: 0.2, fold });
  assert.deepEqual(
    [...indices(train), ...indices(validation)].sort((a, b) => a - b),
    [...Array(40).keys()],
  );
});

test('without folds and groups, images are split by class', () => {
  const images = imagesOf([9, 14]);
  assert.deepEqual(splitImages(images, { seed: 4, validationSplit: 0.3 }), splitByClass(images, 4, 0.3));
});

test('no group is in both parts, and class shares are close to validation_split', () => {
  for (const seed of [0, 1, 2, 3, 4]) {
    const images = grouped(imagesOf([400, 150, 60], seed), 6, seed);
    const { train, validation } = splitImages(images, { seed, validationSplit: 0.2 });
    const groupsOf = (pool: Pool): Set<number> => new Set(indices(pool).map((index) => images.groups[index]!));
    assert.deepEqual(
      [...groupsOf(train)].filter((group) => groupsOf(validation).has(group)),
      [],
    );
    assert.equal(indices(train).length + indices(validation).length, 610);
    for (const [label, held] of validation.entries()) {
      const share = held.length / [400, 150, 60][label]!;
      assert.ok(Math.abs(share - 0.2) < 0.03, `class ${label}: ${share}`);
    }
  }
});

test('folds by group hold out every group once and are stratified', () => {
  const images = grouped(imagesOf([300, 100, 50], 9), 5, 9);
  const folds = [0, 1, 2, 3, 4].map((index) =>
    splitImages(images, { seed: 3, validationSplit: 0.2, fold: { count: 5, index } }),
  );
  const heldIn = folds.map(({ validation }) => new Set(indices(validation).map((index) => images.groups[index]!)));
  assert.equal(
    heldIn.reduce((sum, { size }) => sum + size, 0),
    new Set(images.groups).size,
  );
  for (const { train, validation } of folds) {
    assert.equal(indices(train).length + indices(validation).length, 450);
    for (const [label, held] of validation.entries()) {
      assert.ok(Math.abs(held.length / [300, 100, 50][label]! - 0.2) < 0.05, `class ${label}: ${held.length}`);
    }
  }
});

test('a class in few groups is in both parts; a class in a single group is refused', () => {
  const images = { ...imagesOf([]), classNames: ['a', 'b'] };
  const of = (labels: number[], groups: number[]) => ({
    ...images,
    labels: Int32Array.from(labels),
    groups: Int32Array.from(groups),
  });
  const { train, validation } = splitImages(of([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 3, 4, 5, 6, 6, 7, 7]), {
    seed: 1,
    validationSplit: 0.2,
  });
  assert.deepEqual([train[1]!.length, validation[1]!.length], [2, 2]);
  assert.equal(
    codeOf(() => splitImages(of([0, 0, 1, 1], [0, 1, 2, 2]), { seed: 1, validationSplit: 0.2 })),
    'DATASET_GROUPS_TOO_FEW',
  );
});
