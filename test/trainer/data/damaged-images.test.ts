import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { randomInt, seededRandom, type Random } from '../../../src/core/random.js';
import { decodeImage } from '../../../src/trainer/data/images/decode-image.js';
import { temporaryFolder } from './files.js';

const SIZE = 8;
const MUTATIONS = 500;

type Damage = (bytes: Buffer, random: Random) => Buffer;

const damages: readonly Damage[] = [
  // Flipped bits, half of the time within the first 64 bytes, where sizes are.
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    const reach = random() < 0.5 ? Math.min(64, bytes.length) : bytes.length;
    for (let flips = 1 + randomInt(random, 8); flips > 0; flips--) {
      flipped[randomInt(random, reach)]! ^= 1 << randomInt(random, 8);
    }
    return flipped;
  },
  (bytes, random) => bytes.subarray(0, randomInt(random, bytes.length)),
  (bytes, random) => {
    const [from, to] = [randomInt(random, bytes.length), randomInt(random, bytes.length)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const hole = Buffer.from(bytes);
    const from = randomInt(random, bytes.length);
    hole.subarray(from, from + 1 + randomInt(random, 40)).fill(random() < 0.5 ? 0 : 255);
    return hole;
  },
  // The largest value for a length or a size.
  (bytes, random) => {
    const huge = Buffer.from(bytes);
    const from = 4 + randomInt(random, 40);
    huge.subarray(from, from + 4).fill(255);
    return huge;
  },
];

const noise = sharp({
  create: {
    ...{ width: 40, height: 30, channels: 3, background: '#888888' },
    noise: { type: 'gaussian', mean: 128, sigma: 50 },
  },
});

for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
  test(`${MUTATIONS} damaged ${format} files are decoded or refused with a reason, without a crash`, async (t) => {
    const path = join(temporaryFolder(t), 'image');
    const whole = await noise.clone().toFormat(format).toBuffer();
    const random = seededRandom(1, format);
    let refused = 0;
    for (let round = 0; round < MUTATIONS; round++) {
      const damage = damages[round % damages.length]!;
      writeFileSync(path, damage(whole, random));
      const decoded = await decodeImage(path, SIZE);
      if ('reason' in decoded) {
        refused++;
        assert.ok(
          decoded.reason.trim() !== '' && !/[\u0000-\u0008\u001b]|\n +at /.test(decoded.reason),
          decoded.reason,
        );
      } else {
        assert.equal(decoded.pixels.length, SIZE * SIZE * 3);
      }
    }
    assert.ok(refused > MUTATIONS / 10, `only ${refused} files were refused`);
  });
}
