import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { hammingDistance, perceptualHash } from '../../../../src/trainer/data/inspect/perceptual-hash.js';
import { seededRandom } from '../../../../src/core/random.js';

/** A smooth picture of bumps at random places, different for each number. */
async function picture(seed: number, size = 96) {
  const random = seededRandom(seed, 'picture');
  const bumps = Array.from({ length: 6 }, () => ({
    x: random(),
    y: random(),
    width: 0.05 + random() / 5,
    height: random(),
  }));
  const pixels = Uint8Array.from({ length: size * size }, (_, index) => {
    const [x, y] = [(index % size) / size, Math.floor(index / size) / size];
    const sum = bumps.reduce(
      (total, bump) => total + bump.height * Math.exp(-((x - bump.x) ** 2 + (y - bump.y) ** 2) / bump.width ** 2),
      0,
    );
    return Math.min(255, 40 + 120 * sum);
  });
  return sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .png()
    .toBuffer();
}

const hashOf = async (image: Buffer): Promise<readonly [number, number]> =>
  perceptualHash(await sharp(image).greyscale().resize(32, 32, { fit: 'fill' }).raw().toBuffer());

test('a hash changes little when an image is resized, compressed or brightened, and much between images', async () => {
  const original = await picture(1);
  const hash = await hashOf(original);
  const changed = {
    smaller: await sharp(original).resize(40, 40).png().toBuffer(),
    compressed: await sharp(original).jpeg({ quality: 40 }).toBuffer(),
    brighter: await sharp(original).linear(1.1, 8).png().toBuffer(),
  };
  for (const [what, image] of Object.entries(changed)) {
    assert.ok(hammingDistance(hash, await hashOf(image)) <= 4, what);
  }
  for (const other of [2, 3, 4, 5, 6, 7]) {
    assert.ok(hammingDistance(hash, await hashOf(await picture(other))) > 12, `picture ${other}`);
  }
});

test('the hash compares the cosine transform with its median', () => {
  const random = seededRandom(3, 'grey');
  const grey = Float64Array.from({ length: 32 * 32 }, () => 255 * random());
  const frequency = (u: number, v: number): number =>
    grey.reduce((sum, value, index) => {
      const [x, y] = [index % 32, Math.floor(index / 32)];
      return sum + value * Math.cos(((2 * x + 1) * u * Math.PI) / 64) * Math.cos(((2 * y + 1) * v * Math.PI) / 64);
    }, 0);
  const frequencies = Array.from({ length: 64 }, (_, bit) => frequency(bit % 8, Math.floor(bit / 8)));
  const median = frequencies.slice(1).sort((a, b) => a - b)[31]!;
  const words = perceptualHash(grey);
  const bits = Array.from({ length: 64 }, (_, bit) => (words[bit >> 5]! >>> (bit & 31)) & 1);
  assert.deepEqual(
    bits,
    frequencies.map((value, bit) => Number(bit > 0 && value > median)),
  );
});

test('the distance counts the bits that differ', () => {
  assert.equal(hammingDistance([0, 0], [0xffffffff, 0xffffffff]), 64);
  assert.equal(hammingDistance([0b1011, 1], [0b0010, 0]), 3);
});
