import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../../src/core/random.js';
import { createBlur } from '../../../../src/trainer/data/augmentation/pixels/blur.js';
import { createClahe } from '../../../../src/trainer/data/augmentation/pixels/clahe.js';
import { addNoise } from '../../../../src/trainer/data/augmentation/pixels/noise.js';
import { reflect } from '../../../../src/trainer/data/augmentation/geometry/reflect.js';
import { difference, made, noise, picture } from './images.js';

describe('a mirrored index', () => {
  it('does not repeat the edge, at any distance outside', () => {
    assert.deepEqual(
      [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((place) => reflect(place, 3)),
      [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2],
    );
    assert.equal(reflect(-5, 1), 0);
  });
});

describe('a blur', () => {
  it('is the two-dimensional Gaussian, computed pixel by pixel', () => {
    const [size, sigma, radius] = [12, 1.3, 4];
    const image = noise(size);
    const weight = (dx: number, dy: number): number => Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
    const slow = Uint8Array.from(image, (_, place) => {
      const [x, y] = [Math.floor(place / 3) % size, Math.floor(place / 3 / size)];
      let [sum, total] = [0, 0];
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const from = (reflect(y + dy, size) * size + reflect(x + dx, size)) * 3 + (place % 3);
          sum += weight(dx, dy) * image[from]!;
          total += weight(dx, dy);
        }
      }
      return Math.round(sum / total);
    });
    const blur = createBlur(size);
    assert.ok(
      difference(
        made(image, (from, to) => blur(from, to, sigma)),
        slow,
      ).largest <= 1,
    );
  });

  it('changes nothing at sigma 0, nor an image of one colour', () => {
    const blur = createBlur(10);
    assert.deepEqual(
      made(noise(10), (from, to) => blur(from, to, 0)),
      noise(10),
    );
    const even = new Uint8Array(300).fill(91);
    assert.deepEqual(
      made(even, (from, to) => blur(from, to, 5)),
      even,
    );
  });
});

describe('noise', () => {
  it('has mean 0, the given standard deviation, and the tails of a normal distribution', () => {
    const grey = new Uint8Array(128 * 128 * 3).fill(128);
    const out = made(grey, (from, to) => addNoise(from, to, 10, seededRandom(1)));
    const values = Array.from(out, (value) => value - 128);
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    assert.ok(Math.abs(moment(1)) < 0.2, `mean ${moment(1)}`);
    // Rounding adds a twelfth to the variance.
    assert.ok(Math.abs(Math.sqrt(moment(2)) - 10) < 0.15, `deviation ${Math.sqrt(moment(2))}`);
    assert.ok(Math.abs(moment(4) / moment(2) ** 2 - 3) < 0.15, `kurtosis ${moment(4) / moment(2) ** 2}`);
    const neighbours = values.reduce((sum, value, place) => sum + value * (values[place + 1] ?? 0), 0) / values.length;
    assert.ok(Math.abs(neighbours) < 2, `covariance ${neighbours}`);
  });

  it('changes nothing at deviation 0, and clips at both ends', () => {
    assert.deepEqual(
      made(noise(8), (from, to) => addNoise(from, to, 0, seededRandom(1))),
      noise(8),
    );
    const ends = Uint8Array.from({ length: 300 }, (_, place) => (place < 150 ? 0 : 255));
    const out = made(ends, (from, to) => addNoise(from, to, 5, seededRandom(1)));
    assert.ok(out.subarray(0, 150).every((value) => value < 30) && out.subarray(150).every((value) => value > 225));
  });
});

describe('CLAHE', () => {
  const luma = (image: Uint8Array): number[] =>
    Array.from({ length: image.length / 3 }, (_, pixel) => {
      const [r, g, b] = [image[pixel * 3]!, image[pixel * 3 + 1]!, image[pixel * 3 + 2]!];
      return Math.floor(0.299 * r + 0.587 * g + 0.114 * b + 0.5);
    });

  /** The definition: every pixel interpolates the clipped cumulative histograms of the four tiles around it. */
  function slowClahe(image: Uint8Array, size: number, clipLimit: number, tiles: number): Uint8Array {
    const values = luma(image);
    const edge = Math.ceil(size / tiles);
    const limit = Math.max(1, Math.floor((clipLimit * edge * edge) / 256));
    const equalized = (tileX: number, tileY: number, value: number): number => {
      const counts = Array<number>(256).fill(0);
      for (let y = 0; y < edge; y++) {
        for (let x = 0; x < edge; x++) {
          const level = values[reflect(tileY * edge + y, size) * size + reflect(tileX * edge + x, size)]!;
          counts[level] = counts[level]! + 1;
        }
      }
      let excess = counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0);
      const clipped = counts.map((count) => Math.min(count, limit) + Math.floor(excess / 256));
      excess %= 256;
      const spacing = excess === 0 ? 1 : Math.max(1, Math.floor(256 / excess));
      for (let level = 0; level < 256 && excess > 0; level += spacing, excess--) clipped[level] = clipped[level]! + 1;
      const below = clipped.slice(0, value + 1).reduce((sum, count) => sum + count, 0);
      return Math.min(255, Math.round((below * 255) / (edge * edge)));
    };
    return Uint8Array.from(image, (byte, place) => {
      const pixel = Math.floor(place / 3);
      const value = values[pixel]!;
      const [u, v] = [(pixel % size) / edge - 0.5, Math.floor(pixel / size) / edge - 0.5];
      const within = (tile: number): number => Math.min(tiles - 1, Math.max(0, tile));
      let sum = 0;
      for (const dy of [0, 1]) {
        for (const dx of [0, 1]) {
          const [tileX, tileY] = [Math.floor(u) + dx, Math.floor(v) + dy];
          const weight = (1 - Math.abs(u - tileX)) * (1 - Math.abs(v - tileY));
          sum += weight * equalized(within(tileX), within(tileY), value);
        }
      }
      return Math.min(255, Math.max(0, byte + Math.round(sum) - value));
    });
  }

  it('is its definition, computed pixel by pixel, also for tiles beyond the edge', () => {
    for (const [size, clipLimit, tiles] of [
      [16, 2, 2],
      [18, 4, 4],
      [15, 40, 1],
    ] as const) {
      const clahe = createClahe(size);
      const out = made(picture(size), (from, to) => clahe(from, to, { clipLimit, tiles }));
      assert.ok(difference(out, slowClahe(picture(size), size, clipLimit, tiles)).largest <= 1);
    }
  });

  it('amplifies a faint pattern, more with a higher limit', () => {
    const faint = picture(64).map((value) => 100 + value / 16);
    const spread = (clipLimit: number): number => {
      const clahe = createClahe(64);
      const values = luma(made(faint, (from, to) => clahe(from, to, { clipLimit, tiles: 8 })));
      return Math.max(...values) - Math.min(...values);
    };
    const before = Math.max(...luma(faint)) - Math.min(...luma(faint));
    assert.ok(spread(4) > 1.5 * before && spread(40) > spread(4), `${before}, ${spread(4)}, ${spread(40)}`);
  });
});
