import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../../../../src/core/random.js';
import { decodeImage } from '../../../../src/trainer/data/images/decode-image.js';
import { createGreyResizer } from '../../../../src/trainer/data/images/grey-resizer.js';
import { png, temporaryFolder, writeFiles } from '../files.js';

const blank = (width: number, height: number, background: string): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

const noise = (length: number): Buffer => {
  const random = seededRandom(1, 'noise');
  return Buffer.from(Uint8Array.from({ length }, () => random() * 256));
};
const noisy = (): Sharp => sharp(noise(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } });

async function decode(t: TestContext, bytes: Uint8Array, size = 4): Promise<Uint8Array | string> {
  const folder = writeFiles(temporaryFolder(t), { 'an image.jpg': bytes });
  const decoded = await decodeImage(join(folder, 'an image.jpg'), size);
  if ('reason' in decoded) return decoded.reason;
  assert.equal(decoded.pixels.length, size * size * 3);
  return decoded.pixels;
}

/** Asserts that every pixel has this colour, within the tolerance for rounding or a lossy format. */
function assertColour(pixels: Uint8Array | string, colour: readonly number[], tolerance = 1): void {
  assert.ok(typeof pixels !== 'string', `not decoded: ${String(pixels)}`);
  for (const [index, value] of pixels.entries()) {
    assert.ok(Math.abs(value - colour[index % 3]!) <= tolerance, `${value} at ${index} of ${colour.join()}`);
  }
}

test('every kind of image becomes 8-bit RGB', async (t) => {
  const orange = blank(9, 7, '#ff8040');
  const frames = await Promise.all([png([255, 0, 0]), png([0, 0, 255])]);
  const kinds: [Buffer, readonly number[], number?][] = [
    [await orange.clone().png().toBuffer(), [255, 128, 64]],
    [await orange.clone().png({ palette: true }).toBuffer(), [255, 128, 64], 2],
    [await orange.clone().jpeg({ quality: 100 }).toBuffer(), [255, 128, 64], 3],
    [await orange.clone().jpeg({ progressive: true, quality: 100 }).toBuffer(), [255, 128, 64], 3],
    [await orange.clone().webp({ lossless: true }).toBuffer(), [255, 128, 64]],
    [await orange.clone().gif().toBuffer(), [255, 128, 64], 8],
    [await orange.clone().toColourspace('rgb16').png().toBuffer(), [255, 128, 64]],
    [await orange.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), [255, 128, 64], 64],
    [await blank(9, 7, '#808080').toColourspace('b-w').png().toBuffer(), [128, 128, 128]],
    [await blank(9, 7, '#808080').toColourspace('grey16').png().toBuffer(), [128, 128, 128]],
    [await blank(9, 7, '#808080').toColourspace('b-w').jpeg().toBuffer(), [128, 128, 128], 2],
    [
      await sharp(frames, { join: { animated: true } })
        .webp({ lossless: true })
        .toBuffer(),
      [255, 0, 0],
    ],
    [
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      [255, 0, 0],
      8,
    ],
  ];
  for (const [bytes, colour, tolerance] of kinds) assertColour(await decode(t, bytes), colour, tolerance);
});

test('transparent pixels become white, half transparent ones half white', async (t) => {
  const glass = (alpha: number): Sharp =>
    sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 100, g: 100, b: 100, alpha } } });
  for (const space of ['srgb', 'rgb16', 'b-w', 'grey16']) {
    assertColour(await decode(t, await glass(0).toColourspace(space).png().toBuffer()), [255, 255, 255]);
    assertColour(await decode(t, await glass(0.5).toColourspace(space).png().toBuffer()), [177, 177, 177], 2);
  }
});

test('a photograph is turned upright', async (t) => {
  const halves = blank(40, 40, '#000000').composite([
    { input: { create: { width: 20, height: 40, channels: 3, background: '#ffffff' } }, left: 20, top: 0 },
  ]);
  // The left half of the file is black. For each EXIF orientation: the quarters that are black after decoding.
  for (const [orientation, black] of [
    [1, [0, 2]],
    [2, [1, 3]],
    [3, [1, 3]],
    [6, [0, 1]],
    [8, [2, 3]],
  ] as const) {
    const pixels = await decode(t, await halves.clone().withMetadata({ orientation }).jpeg().toBuffer(), 2);
    assert.ok(typeof pixels !== 'string');
    const dark = [0, 1, 2, 3].filter((quarter) => pixels[quarter * 3]! < 128);
    assert.deepEqual(dark, black, `orientation ${orientation}`);
  }
});

test('images that are not square are cropped to the middle, without distortion', async (t) => {
  // Green in the middle third, red beside it: only green is left.
  const flag = blank(300, 100, '#ff0000').composite([
    { input: { create: { width: 120, height: 100, channels: 3, background: '#00ff00' } }, left: 90, top: 0 },
  ]);
  assertColour(await decode(t, await flag.png().toBuffer(), 32), [0, 255, 0]);
  const upright = await sharp(await flag.png().toBuffer())
    .rotate(90)
    .png()
    .toBuffer();
  assertColour(await decode(t, upright, 32), [0, 255, 0]);
});

test('tiny and extreme shapes are resized like any other', async (t) => {
  for (const [width, height] of [
    [1, 1],
    [20_000, 3],
    [3, 20_000],
    [1, 500],
  ] as const) {
    assertColour(await decode(t, await png([10, 200, 30], width, height), 64), [10, 200, 30]);
  }
});

test('a file that is not a whole image returns a reason and does not crash', async (t) => {
  const jpeg = await noisy().jpeg().toBuffer();
  const image = await noisy().png().toBuffer();
  const webp = await noisy().webp().toBuffer();
  // A PNG whose header claims 60,000 x 60,000 px, with a valid checksum.
  const huge = Buffer.from(await png([0, 0, 0]));
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
  const cases: [Uint8Array, RegExp][] = [
    [Buffer.alloc(0), /^the file is empty$/],
    [Buffer.from('hello, I am text'), /^not a JPEG, PNG or WebP image: it starts with "hello, I am "$/],
    [Buffer.from([0, 1, 0x9b, 7]), /^not a JPEG, PNG or WebP image: it starts with the bytes 00 01 9b 07$/],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /^not a JPEG/],
    [jpeg.subarray(0, jpeg.length / 2), /premature end of JPEG/],
    [image.subarray(0, image.length / 2), /png/],
    [webp.subarray(0, webp.length / 2), /webp/],
    [jpeg.subarray(0, 20), /./],
    [huge, /exceeds pixel limit/],
  ];
  for (const [bytes, reason] of cases) {
    const decoded = await decode(t, bytes);
    assert.ok(typeof decoded === 'string', `decoded instead of ${String(reason)}`);
    assert.match(decoded, reason);
    assert.doesNotMatch(decoded, /\n/);
  }
});

test('a missing file is an error that names it', async () => {
  await assert.rejects(decodeImage('/nowhere/at all.png', 8), {
    code: 'DATASET_UNREADABLE',
    message: '/nowhere/at all.png cannot be read: no such file or directory',
  });
});

test('grey images are reduced as the image decoder reduces them', async (t) => {
  for (const [width, height, size] of [
    [28, 28, 28],
    [28, 28, 20],
    [28, 28, 11],
    // Sizes that the decoder does not have to round.
    [48, 24, 16],
    [24, 72, 8],
  ] as const) {
    const grey = noise(width * height);
    const image = await sharp(grey, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    const expected = (await decode(t, image, size)) as Uint8Array;
    const actual = createGreyResizer(width, height, size)(grey);
    const difference =
      actual.reduce((sum, value, index) => sum + Math.abs(value - expected[index]!), 0) / actual.length;
    // libvips rounds between columns and rows. A filter with another shape or offset differs by 10 and more on noise.
    assert.ok(difference < 1, `${width} x ${height} to ${size}: differs by ${difference} in the mean`);
  }
});

test('grey images are enlarged around pixel centres: a ramp stays a ramp', () => {
  const [width, height] = [20, 12];
  const ramp = Uint8Array.from({ length: width * height }, (_, index) => 10 + (index % width) * 9);
  for (const size of [12, 16, 31, 96]) {
    const pixels = createGreyResizer(width, height, size)(ramp);
    for (let x = 0; x < size; x++) {
      // The 12 middle columns of the 20 are kept, so 4 are cut off on the left.
      const column = 4 + ((x + 0.5) * height) / size - 0.5;
      const pixel = ((size >> 1) * size + x) * 3;
      const [red, green, blue] = pixels.subarray(pixel, pixel + 3);
      assert.ok(Math.abs(red! - (10 + column * 9)) <= 0.5 + 1e-3, `${red!} at ${x} of ${size}`);
      assert.deepEqual([green, blue], [red, red]);
    }
  }
});
