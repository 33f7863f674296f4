import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variantsOf } from '../../../src/trainer/results/test-time-variants.js';
import { MAX_VARIANTS } from '../../../src/core/reports/predictions.js';
import { tf } from '../../../src/trainer/graph/native/tensorflow.js';

const SIZE = 21;

/** An image whose pixels are their row and column. */
const pixels = Array.from({ length: SIZE }, (_, y) => Array.from({ length: SIZE }, (_unused, x) => [10 * y, 10 * x, 7]));
const images = tf.tensor4d([pixels, pixels]);

/** Mean of the first two channels: the row and column of the centre. */
const middles = variantsOf(MAX_VARIANTS).map((variant) =>
  tf.tidy(() => Array.from(variant(images).mean([0, 1, 2]).dataSync<'float32'>().slice(0, 2), (value) => value / 10)),
);

test('variants are the image, its mirror image and fixed crops', () => {
  assert.equal(middles.length, 12);
  const shift = 0.05 * (SIZE - 1);
  const expected = [
    [0, 0],
    [0, 0],
    [-1, -1],
    [1, 1],
    [-1, 1],
    [1, -1],
  ].flatMap(([y, x]) => [
    [10 + y! * shift, 10 + x! * shift],
    [10 + y! * shift, 10 + x! * shift],
  ]);
  for (const [index, [y, x]] of middles.entries()) {
    assert.ok(Math.abs(y! - expected[index]![0]!) < 1e-4 && Math.abs(x! - expected[index]![1]!) < 1e-4, `variant ${index}`);
  }
});

test('every second variant is the mirror image of the one before', () => {
  for (let index = 0; index < MAX_VARIANTS; index += 2) {
    const [plain, mirrored] = variantsOf(MAX_VARIANTS)
      .slice(index, index + 2)
      .map((variant) => variant(images));
    assert.deepEqual(plain!.shape, images.shape);
    assert.ok(tf.reverse(mirrored!, 2).sub(plain!).abs().max().dataSync()[0]! < 1e-4);
  }
  assert.deepEqual(Array.from(variantsOf(1)[0]!(images).dataSync()), Array.from(images.dataSync()));
});
