import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { Split } from '../../../src/trainer/data/datasets/image-dataset.js';
import { openImageDataset } from '../../../src/trainer/data/datasets/open-image-dataset.js';
import { png, temporaryFolder, writeClasses, writeFiles } from './files.js';

/** Odd files in a dataset, from listing to reading: listed, split, decoded, cached, read. */

const SIZE = 8;
const ORANGE = { r: 255, g: 128, b: 64 };

const orange = (width = 12, height = width): Sharp =>
  sharp({ create: { width, height, channels: 3, background: ORANGE } });
const noisy = (): Sharp =>
  sharp({
    create: {
      width: 48,
      height: 48,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
      background: ORANGE,
    },
  });

/** Opens a dataset of ten images and one odd image, in class `orange`. */
async function openWith(t: TestContext, name: string, bytes: Uint8Array) {
  const folder = await writeClasses(temporaryFolder(t), { blue: 6, green: 6 });
  writeFiles(folder, {
    [`orange/${name}`]: bytes,
    'orange/b.png': await png([255, 128, 64]),
    'orange/c.png': await png([255, 128, 64]),
  });
  const warnings: string[] = [];
  const dataset = await openImageDataset({
    ...{ path: folder, imageSize: SIZE, cacheDir: temporaryFolder(t), seed: 1, validationSplit: 0.3, maxCorrupt: 1 },
    warn: (message) => warnings.push(message.replace(`${folder}/`, '')),
  });
  t.after(() => {
    dataset.close();
  });
  return { pixels: [dataset.train, dataset.validation].flatMap(pixelsOf), warnings };
}

/** Pixels of the images of the class `orange`. */
function pixelsOf(split: Split): Uint8Array[] {
  const places = Uint32Array.from(split.labels.keys()).filter((place) => split.labels[place] === 2);
  return Array.from(places, (place) => {
    const out = new Uint8Array(SIZE * SIZE * 3);
    split.read(Uint32Array.of(place), out);
    return out;
  });
}

const decoded: Readonly<
  Record<string, readonly [make: () => Promise<Buffer>, colour: readonly number[], tolerance: number]>
> = {
  'an image of one pixel': [() => orange(1).png().toBuffer(), [255, 128, 64], 1],
  'an image of 20,000 x 3 pixels': [() => orange(20_000, 3).png().toBuffer(), [255, 128, 64], 1],
  'a PNG of 16 bits a channel': [() => orange().toColourspace('rgb16').png().toBuffer(), [255, 128, 64], 1],
  'a CMYK JPEG': [() => orange().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), [255, 128, 64], 64],
  'a grey PNG': [() => orange().greyscale().toColourspace('b-w').png().toBuffer(), [157, 157, 157], 12],
  'an animated WebP': [() => animated().then((image) => image.webp({ lossless: true }).toBuffer()), [255, 128, 64], 2],
  'an animated GIF named .png': [() => animated().then((image) => image.gif().toBuffer()), [255, 128, 64], 8],
};

for (const [what, [make, colour, tolerance]] of Object.entries(decoded)) {
  test(`${what} is decoded as documented`, async (t) => {
    const { pixels, warnings } = await openWith(t, 'a.png', await make());
    assert.deepEqual(warnings, []);
    assert.equal(pixels.length, 3);
    const isColour = (image: Uint8Array): boolean =>
      image.every((value, index) => Math.abs(value - colour[index % 3]!) <= tolerance);
    assert.ok(
      pixels.some(isColour),
      `${colour.join()} is not among ${pixels.map((image) => image.slice(0, 3)).join(' ')}`,
    );
  });
}

test('a photograph is turned by its EXIF orientation', async (t) => {
  const halves = orange(40).composite([
    { input: { create: { width: 20, height: 40, channels: 3, background: '#000000' } }, left: 0, top: 0 },
  ]);
  const { pixels } = await openWith(t, 'a.jpg', await halves.withMetadata({ orientation: 6 }).jpeg().toBuffer());
  const [turned] = pixels.filter((image) => image.includes(0));
  assert.ok(turned && turned[0]! < 60 && turned[(SIZE - 1) * 3]! < 60, 'black is above');
  assert.ok(turned[(SIZE - 1) * SIZE * 3]! > 200, 'orange is below');
});

const corrupt: Readonly<Record<string, readonly [name: string, make: () => Promise<Uint8Array>, reason: RegExp]>> = {
  'a JPEG that was cut short': ['a.jpg', () => noisy().jpeg().toBuffer().then(half), /premature end of JPEG|truncated/],
  'a PNG that was cut short': ['a.png', () => noisy().png().toBuffer().then(half), /: .*png|truncated/i],
  'a file of zero bytes': ['a.png', () => Promise.resolve(Buffer.alloc(0)), /: the file is empty/],
  'a text file named .jpg': ['a.jpg', () => Promise.resolve(Buffer.from('not found')), /starts with "not found"/],
  'a small file that unpacks to 60,000 x 60,000 pixels': ['a.png', bomb, /exceeds pixel limit/],
};

for (const [what, [name, make, reason]] of Object.entries(corrupt)) {
  test(`${what} is left out, with a warning that names the file and the reason`, async (t) => {
    const { pixels, warnings } = await openWith(t, name, await make());
    assert.equal(pixels.length, 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, new RegExp(`^1 image left out: orange/${name}: `));
    assert.match(warnings[0]!, reason);
  });
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);

async function animated(): Promise<Sharp> {
  const frames = await Promise.all([orange().png().toBuffer(), png([0, 0, 255], 12)]);
  return sharp(frames, { join: { animated: true } });
}

/** A PNG whose header claims 60,000 x 60,000 px, with a valid checksum. */
async function bomb(): Promise<Buffer> {
  const bytes = await png([255, 128, 64]);
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
