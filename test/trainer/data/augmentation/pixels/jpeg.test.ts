import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { seededRandom } from '../../../../../src/core/random.js';
import { DCT_SCALE, forwardDct, inverseDct } from '../../../../../src/trainer/data/augmentation/pixels/dct.js';
import { createJpeg } from '../../../../../src/trainer/data/augmentation/pixels/jpeg.js';
import { difference, made, noise, picture } from '../images.js';

const scaleAt = (place: number): number => DCT_SCALE[place >> 3]! * DCT_SCALE[place & 7]!;

describe('the transform of a block', () => {
  const random = seededRandom(1, 'block');
  const values = Float64Array.from({ length: 64 }, () => random() * 255 - 128);

  it('is the discrete cosine transform, computed by its formula', () => {
    const block = values.slice();
    forwardDct(block);
    for (let place = 0; place < 64; place++) {
      const [v, u] = [place >> 3, place & 7];
      const norm = (k: number): number => (k === 0 ? Math.SQRT1_2 : 1);
      let sum = 0;
      for (const [at, value] of values.entries()) {
        const [y, x] = [at >> 3, at & 7];
        sum += value * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
      }
      const expected = (norm(u) * norm(v) * sum) / 4;
      assert.ok(Math.abs(block[place]! / (8 * scaleAt(place)) - expected) < 1e-9, `coefficient ${u}, ${v}`);
    }
  });

  it('is undone by its inverse', () => {
    const block = values.slice();
    forwardDct(block);
    for (let place = 0; place < 64; place++) block[place]! /= 64;
    inverseDct(block);
    for (const [place, value] of values.entries()) assert.ok(Math.abs(block[place]! - value) < 1e-9);
  });
});

describe('JPEG compression', () => {
  const saved = async (image: Uint8Array, size: number, quality: number): Promise<Uint8Array> => {
    const raw = { width: size, height: size, channels: 3 } as const;
    const file = await sharp(image, { raw }).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
    return sharp(file).raw().toBuffer();
  };
  const compressed = (image: Uint8Array, size: number, quality: number): Uint8Array => {
    const jpeg = createJpeg(size);
    return made(image, (from, to) => jpeg(from, to, quality));
  };

  it('differs from libjpeg by a few levels, at every quality and for sizes that are not multiples of a block', async () => {
    for (const size of [48, 61]) {
      for (const quality of [5, 25, 50, 75, 90, 100]) {
        const gap = difference(compressed(picture(size), size, quality), await saved(picture(size), size, quality));
        assert.ok(gap.mean < 0.5 && gap.largest <= 20, `${size} px, quality ${quality}: ${JSON.stringify(gap)}`);
      }
    }
  });

  it('loses as much as libjpeg on random noise', async () => {
    for (const quality of [20, 80]) {
      const ours = difference(compressed(noise(48), 48, quality), noise(48)).mean;
      const theirs = difference(await saved(noise(48), 48, quality), noise(48)).mean;
      assert.ok(Math.abs(ours / theirs - 1) < 0.02, `quality ${quality}: ${ours} and ${theirs}`);
    }
  });

  it('loses more detail at lower quality, and almost none at 100', () => {
    const losses = [5, 20, 50, 80, 95, 100].map(
      (quality) => difference(compressed(picture(64), 64, quality), picture(64)).mean,
    );
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => b - a),
    );
    assert.ok(losses.at(-1)! < 1.5, `${losses.at(-1)!}`);
  });
});
