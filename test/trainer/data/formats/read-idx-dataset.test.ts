import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readIdxDataset } from '../../../../src/trainer/data/formats/read-idx-dataset.js';
import type { ImageSource } from '../../../../src/trainer/data/formats/image-source.js';
import { listFolder } from '../../../../src/trainer/data/files/list-folder.js';
import { idx, MNIST, temporaryFolder, writeFiles } from '../files.js';

async function open(folder: string): Promise<ImageSource> {
  const source = readIdxDataset(await listFolder(folder));
  assert.ok(source, 'no idx files were found');
  return source;
}

async function pixelsOf(source: ImageSource, index: number, size: number): Promise<number[]> {
  const decoded = await source.decoder(size)(index);
  assert.ok('pixels' in decoded);
  return [...decoded.pixels];
}

/** Three images of 2 x 2 px, labelled 7, 3, 7. */
const LABELS = idx([3], Uint8Array.of(7, 3, 7));
const IMAGES = idx([3, 2, 2], Uint8Array.of(1, 2, 3, 4, 50, 60, 70, 80, 9, 9, 9, 9));
const PAIR = { 'train-images-idx3-ubyte': IMAGES, 'train-labels-idx1-ubyte': LABELS };

test('MNIST is read as published: ten classes, 60,000 training and 10,000 validation images', async () => {
  const source = await open(MNIST);
  assert.deepEqual(source.classNames, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.equal(source.labels.length, 70_000);
  assert.equal(source.trainCount, 60_000);
  assert.deepEqual([...source.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  assert.deepEqual([...source.labels.subarray(60_000, 60_005)], [7, 2, 1, 0, 4]);
  // The published mean brightness, 33.318 of 255, on the first and last thousand images.
  let sum = 0;
  const decode = source.decoder(28);
  for (let index = 0; index < 2000; index++) {
    const decoded = await decode(index < 1000 ? index : 58_000 + index);
    assert.ok('pixels' in decoded);
    for (const value of decoded.pixels) sum += value / 3;
  }
  assert.ok(Math.abs(sum / (2000 * 784) - 33.318) < 1, `${sum / (2000 * 784)}`);
  assert.match(source.nameOf(60_001), /^image 1 of .*t10k-images-idx3-ubyte$/);
  source.close();
  source.close();
});

test('classes are the labels that occur, in numeric order; grey becomes RGB', async (t) => {
  const source = await open(writeFiles(temporaryFolder(t), PAIR));
  t.after(() => {
    source.close();
  });
  assert.deepEqual(source.classNames, ['3', '7']);
  assert.deepEqual([...source.labels], [1, 0, 1]);
  assert.equal(source.trainCount, undefined);
  assert.deepEqual(await pixelsOf(source, 1, 2), [50, 50, 50, 60, 60, 60, 70, 70, 70, 80, 80, 80]);
});

test('file names with dots and compressed files are read, too', async (t) => {
  for (const files of [
    { 'train-images.idx3-ubyte': IMAGES, 'train-labels.idx1-ubyte': LABELS },
    { 'train-images-idx3-ubyte.gz': gzipSync(IMAGES), 'train-labels-idx1-ubyte.gz': gzipSync(LABELS) },
    { ...PAIR, 'train-images-idx3-ubyte.gz': 'unused', 'train-labels-idx1-ubyte.gz': 'unused' },
  ]) {
    const source = await open(writeFiles(temporaryFolder(t), files));
    t.after(() => {
      source.close();
    });
    assert.deepEqual([...source.labels], [1, 0, 1]);
    assert.deepEqual(await pixelsOf(source, 0, 2), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    assert.deepEqual(await pixelsOf(source, 2, 1), [9, 9, 9]);
  }
});

test('a folder without idx files is not an idx dataset', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { 'train-images.png': 'x', 'labels.csv': 'x' });
  assert.equal(readIdxDataset(await listFolder(folder)), undefined);
});

test('images without labels are an error that names the missing file', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { ...PAIR, 't10k-labels-idx1-ubyte': LABELS });
  await assert.rejects(open(folder), {
    code: 'DATASET_INCOMPLETE',
    message: `${folder} holds idx files but no t10k-images-idx3-ubyte`,
  });
  rmSync(join(folder, 'train-labels-idx1-ubyte'));
  await assert.rejects(open(folder), { message: `${folder} holds idx files but no train-labels-idx1-ubyte` });
});

test('a label only in validation is an error that names its byte', async (t) => {
  const folder = writeFiles(temporaryFolder(t), {
    ...PAIR,
    't10k-images-idx3-ubyte': IMAGES,
    't10k-labels-idx1-ubyte': idx([3], Uint8Array.of(7, 4, 3)),
  });
  await assert.rejects(open(folder), {
    code: 'DATASET_SPLIT_MISMATCH',
    message: `${join(folder, 't10k-labels-idx1-ubyte')} has the label 4 at byte 9, but no training image has this label`,
  });
});

test('a single label is an error', async (t) => {
  const folder = writeFiles(temporaryFolder(t), {
    ...PAIR,
    'train-labels-idx1-ubyte': idx([3], Uint8Array.of(4, 4, 4)),
  });
  await assert.rejects(open(folder), {
    code: 'DATASET_ONE_CLASS',
    message: `${join(folder, 'train-labels-idx1-ubyte')} holds only one label, 4`,
  });
});

test('damaged files are errors that name the file and the byte', async (t) => {
  const cases: [Record<string, Uint8Array>, string][] = [
    [
      { 'train-labels-idx1-ubyte': IMAGES },
      'train-labels-idx1-ubyte starts with 0x00000803 at byte 0; a file of labels starts with 0x00000801',
    ],
    [
      { 'train-images-idx3-ubyte': LABELS },
      'train-images-idx3-ubyte starts with 0x00000801 at byte 0; a file of images starts with 0x00000803',
    ],
    [
      { 'train-labels-idx1-ubyte': LABELS.subarray(0, 6) },
      'train-labels-idx1-ubyte ends at byte 6, within its header of 8 bytes',
    ],
    [
      { 'train-labels-idx1-ubyte': Buffer.alloc(0) },
      'train-labels-idx1-ubyte ends at byte 0, within its header of 8 bytes',
    ],
    [
      { 'train-labels-idx1-ubyte': LABELS.subarray(0, 10) },
      'train-labels-idx1-ubyte ends at byte 10; its header (3, bytes 4 to 7) requires 11 bytes',
    ],
    [
      { 'train-images-idx3-ubyte': IMAGES.subarray(0, 20) },
      'train-images-idx3-ubyte ends at byte 20; its header (3 x 2 x 2, bytes 4 to 15) requires 28 bytes',
    ],
    [
      { 'train-images-idx3-ubyte': idx([2, 2, 2], new Uint8Array(8)) },
      'train-images-idx3-ubyte holds 2 images (bytes 4 to 7), but ',
    ],
    [
      { 'train-images-idx3-ubyte': idx([3, 0, 2], new Uint8Array(0)) },
      'train-images-idx3-ubyte holds images of 0 x 2 pixels',
    ],
  ];
  for (const [damage, message] of cases) {
    const folder = writeFiles(temporaryFolder(t), { ...PAIR, ...damage });
    const failure = await open(folder)
      .then((source) =>
        source
          .decoder(2)(0)
          .finally(() => {
            source.close();
          }),
      )
      .then(
        () => assert.fail(`not noticed: ${message}`),
        (error: unknown) => error as Error & { code?: string },
      );
    assert.equal(failure.code, 'DATASET_IDX_INVALID');
    assert.ok(failure.message.includes(message), failure.message);
    assert.ok(failure.message.startsWith(folder), failure.message);
  }
});

test('a truncated compressed file is an error', async (t) => {
  const packed = gzipSync(LABELS);
  const folder = writeFiles(temporaryFolder(t), {
    'train-images-idx3-ubyte.gz': gzipSync(IMAGES),
    'train-labels-idx1-ubyte.gz': packed.subarray(0, packed.length - 9),
  });
  await assert.rejects(open(folder), {
    code: 'DATASET_IDX_INVALID',
    message: `${join(folder, 'train-labels-idx1-ubyte.gz')} cannot be decompressed: unexpected end of file`,
  });
});
