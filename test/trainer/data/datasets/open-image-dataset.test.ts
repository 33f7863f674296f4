import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DatasetOptions, ImageDataset, Split } from '../../../../src/trainer/data/datasets/image-dataset.js';
import { checkDataset } from '../../../../src/trainer/data/datasets/check-dataset.js';
import { openImageDataset } from '../../../../src/trainer/data/datasets/open-image-dataset.js';
import { MNIST, png, temporaryFolder, writeClasses, writeFiles } from '../files.js';

const SIZE = 8;

/** Opens a dataset, closed after the test, with the test's own cache. `warnings`: those of planning, then those of the trial. */
async function open(
  t: TestContext,
  path: string,
  options: Partial<DatasetOptions> = {},
): Promise<ImageDataset & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const dataset = await openImageDataset({
    path,
    imageSize: SIZE,
    cacheDir: options.cacheDir ?? temporaryFolder(t),
    seed: 1,
    validationSplit: 0.25,
    maxCorrupt: 10,
    warn: (message) => warnings.push(message),
    ...options,
  });
  t.after(() => {
    dataset.close();
  });
  const split = { seed: 1, validationSplit: 0.25, takesSeveral: true, ...options };
  const { warnings: planned } = await checkDataset({ path, ...split });
  return { ...dataset, warnings: [...planned, ...warnings] };
}

async function failure(opening: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  const error = await opening.then(
    () => assert.fail('the dataset was opened'),
    (thrown: unknown) => thrown as Error & { code: string; hint: string },
  );
  return { code: error.code, message: error.message, hint: error.hint };
}

/** First pixel and label of every image of a split. `writeClasses` writes the class into red and the image into green. */
function contentOf(split: Split): { readonly label: number; readonly red: number; readonly green: number }[] {
  const places = Uint32Array.from({ length: split.count }, (_, place) => place);
  const bytes = new Uint8Array(split.count * SIZE * SIZE * 3);
  split.read(places, bytes);
  return Array.from(places, (place) => {
    const start = place * SIZE * SIZE * 3;
    return { label: split.labels[place]!, red: bytes[start]!, green: bytes[start + 1]! };
  });
}

test('class folders become classes in code point order, and every image is in one part', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { Zebra: 4, apple: 8, 'čau ťapka': 4, '犬 🐕': 12 });
  const { classNames, train, validation, warnings } = await open(t, folder);
  assert.deepEqual(classNames, ['Zebra', 'apple', 'čau ťapka', '犬 🐕']);
  assert.deepEqual([train.count, validation.count], [21, 7]);
  const seen = [...contentOf(train), ...contentOf(validation)];
  for (const { label, red } of seen) assert.equal(red, label * 20);
  assert.equal(new Set(seen.map(({ red, green }) => `${red} ${green}`)).size, 28);
  assert.deepEqual(
    [0, 1, 2, 3].map((label) => validation.labels.filter((other) => other === label).length),
    [1, 2, 1, 3],
  );
  assert.deepEqual(warnings, []);
});

test('images at any depth below a class folder belong to it; other files do not', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { 'cats/young/at home': 2, cats: 2, dogs: 4 });
  writeFiles(folder, { 'dogs/notes.txt': 'x', 'cats/.hidden.png': 'x', 'README.md': 'x' });
  cpSync(join(folder, 'dogs/000.png'), join(folder, 'dogs/004.PNG'));
  const { classNames, train, validation, warnings } = await open(t, folder);
  assert.deepEqual(classNames, ['cats', 'dogs']);
  assert.equal(train.count + validation.count, 9);
  assert.deepEqual(warnings, []);
});

test('the split depends only on content and seed, not on the order in which files were written', async (t) => {
  const [first, second] = [temporaryFolder(t), temporaryFolder(t)];
  await writeClasses(first, { a: 9, b: 9 });
  for (const name of ['b', 'a']) {
    for (const file of readdirSync(join(first, name)).reverse()) {
      cpSync(join(first, name, file), join(second, name, file));
    }
  }
  const heldOut = async (folder: string, seed: number): Promise<unknown> =>
    contentOf((await open(t, folder, { seed })).validation);
  assert.deepEqual(await heldOut(second, 3), await heldOut(first, 3));
  assert.notDeepEqual(await heldOut(first, 4), await heldOut(first, 3));
});

test('a limit draws from each class of the part that it limits', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 20, b: 40 });
  const cacheDir = temporaryFolder(t);
  const whole = await open(t, folder, { cacheDir });
  const limited = await open(t, folder, { cacheDir, trainSamples: 9, validationSamples: 3 });
  assert.deepEqual([...limited.train.labels], [0, 0, 0, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual([...limited.validation.labels], [0, 1, 1]);
  for (const part of ['train', 'validation'] as const) {
    const all = new Set(contentOf(whole[part]).map((content) => JSON.stringify(content)));
    for (const content of contentOf(limited[part])) assert.ok(all.has(JSON.stringify(content)));
  }
  assert.equal((await failure(open(t, folder, { validationSamples: 1 }))).code, 'DATASET_LIMIT_TOO_LOW');
});

test('train and validation folders give the split, under each accepted name', async (t) => {
  for (const [train, heldOut] of [
    ['train', 'val'],
    ['Train', 'Validation'],
    ['train', 'valid'],
    ['train', 'test'],
  ] as const) {
    const folder = temporaryFolder(t);
    await writeClasses(join(folder, train), { a: 3, b: 1 });
    await writeClasses(join(folder, heldOut), { a: 1, b: 2 });
    const dataset = await open(t, folder);
    assert.deepEqual(dataset.classNames, ['a', 'b']);
    assert.deepEqual([...dataset.train.labels], [0, 0, 0, 1]);
    assert.deepEqual([...dataset.validation.labels], [0, 1, 1]);
    assert.deepEqual(dataset.warnings, []);
  }
});

test('with train, val and test, val is used for validation, and a warning names test', async (t) => {
  const folder = temporaryFolder(t);
  await writeClasses(join(folder, 'train'), { a: 3, b: 3 });
  await writeClasses(join(folder, 'val'), { a: 1, b: 1 });
  await writeClasses(join(folder, 'test'), { a: 2, b: 2 });
  const { train, validation, warnings } = await open(t, folder);
  assert.deepEqual([train.count, validation.count], [6, 2]);
  assert.deepEqual(warnings, [`${folder} comes split into train and val; test left out`]);
});

test('classes named train and test are classes', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { bus: 2, test: 2, train: 2 });
  assert.deepEqual((await open(t, folder)).classNames, ['bus', 'test', 'train']);
});

test('class folders in train beside an unlabelled test folder are an error', async (t) => {
  const folder = temporaryFolder(t);
  await writeClasses(join(folder, 'train'), { a: 3, b: 3 });
  writeFiles(folder, { 'test/1.png': await png([1, 2, 3]) });
  const { code, hint } = await failure(open(t, folder));
  assert.equal(code, 'DATASET_UNCLEAR_SPLIT');
  assert.ok(hint.includes(`Set the dataset to ${join(folder, 'train')}`), hint);
});

test('a class only in validation is an error, a class only in training a warning', async (t) => {
  const folder = temporaryFolder(t);
  await writeClasses(join(folder, 'train'), { a: 2, b: 2, c: 2 });
  await writeClasses(join(folder, 'val'), { a: 1, B: 1 });
  const { code, message } = await failure(open(t, folder));
  assert.equal(code, 'DATASET_SPLIT_MISMATCH');
  assert.equal(message, `${join(folder, 'val')} has classes that ${join(folder, 'train')} lacks: B`);
  rmSync(join(folder, 'val/B'), { recursive: true });
  const { warnings } = await open(t, folder);
  assert.deepEqual(warnings, [`${join(folder, 'val')} has no image of b, c: metrics cannot cover these classes`]);
});

test('unusable datasets are errors with the place and a hint', async (t) => {
  const folder = temporaryFolder(t);
  const nested = join(folder, 'nested');
  await writeClasses(join(folder, 'one class'), { only: 3 });
  await writeClasses(join(nested, 'PetImages'), { Cat: 2, Dog: 2 });
  await writeClasses(join(folder, 'empty class'), { a: 2, b: 2 });
  mkdirSync(join(folder, 'empty class/left over'));
  await writeClasses(join(folder, 'single image'), { a: 2, b: 1 });
  writeFiles(folder, { 'a file': 'x', 'other/x.csv': 'x', 'other/y.csv': 'x', 'other/sub/z.txt': 'x' });
  mkdirSync(join(folder, 'nothing'));
  const expected: Record<string, [code: string, message: string, hint: string]> = {
    'one class': ['DATASET_ONE_CLASS', 'has only one class folder, "only"', 'at least two classes'],
    nested: ['DATASET_ONE_CLASS', '"PetImages"', `use ${join(nested, 'PetImages')} as the dataset`],
    'empty class': [
      'DATASET_EMPTY_CLASS',
      join(folder, 'empty class/left over'),
      'Remove folders that are not, or add images',
    ],
    'single image': ['DATASET_CLASS_TOO_SMALL', 'only one image in class "b"', 'Add images'],
    'a file': ['DATASET_NOT_RECOGNIZED', 'is a file', 'one folder per class'],
    other: [
      'DATASET_NOT_RECOGNIZED',
      'holds 1 folder (sub), 2 .csv files (x.csv, y.csv) and no image in any folder',
      'train-images-idx3-ubyte',
    ],
    nothing: ['DATASET_NOT_RECOGNIZED', 'is empty', 'one folder per class'],
    'emty class': ['DATASET_NOT_FOUND', join(folder, 'emty class'), `Did you mean ${join(folder, 'empty class')}?`],
  };
  for (const [name, [code, message, hint]] of Object.entries(expected)) {
    const error = await failure(open(t, join(folder, name)));
    assert.equal(error.code, code, `${name}: ${error.message}`);
    assert.ok(error.message.includes(message), `${name}: ${error.message}`);
    assert.ok(error.hint.includes(hint), `${name}: ${error.hint}`);
  }
});

test('files that are not read are named once', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 2, b: 2 });
  writeFiles(folder, { 'a/1.bmp': 'x', 'b/2.BMP': 'x', 'b/3.tiff': 'x', 'stray.png': await png([0, 0, 0]) });
  const { warnings } = await open(t, folder);
  assert.deepEqual(warnings, [
    `${folder} has images outside of class folders, which are left out: 1`,
    `${folder} has images in unsupported formats, which are left out: 2 .bmp, 1 .tiff. Convert them to PNG, JPEG or WebP`,
  ]);
});

test('corrupt images are left out; the first five are named, the others counted', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 40, b: 4 });
  const cacheDir = temporaryFolder(t);
  writeFiles(folder, { 'a/000.png': '', 'a/001.png': 'text, as it happens' });
  const some = await open(t, folder, { cacheDir });
  assert.equal(some.train.count + some.validation.count, 42);
  const [warning, ...others] = some.warnings;
  assert.match(warning!, /^2 images left out: /);
  assert.ok(warning!.includes(`${join(folder, 'a/000.png')}: the file is empty`), warning);
  assert.ok(
    warning!.includes(`${join(folder, 'a/001.png')}: not a JPEG, PNG or WebP image: it starts with "text, as it "`),
  );
  assert.deepEqual(others, []);
  const again = await open(t, folder, { cacheDir });
  assert.equal(again.warnings.length, 1, 'a later trial has the same warning from the cache');

  for (let image = 2; image < 9; image++) writeFiles(folder, { [`a/00${image}.png`]: '' });
  const many = await open(t, folder, { cacheDir, maxCorrupt: 9 });
  assert.equal(many.warnings.length, 1);
  assert.match(many.warnings[0]!, /^9 images left out: .*; and 4 more$/);
  const error = await failure(open(t, folder, { cacheDir, maxCorrupt: 8 }));
  assert.equal(error.code, 'DATASET_CORRUPT');
  assert.ok(error.message.startsWith(`more than 8 images of ${folder} cannot be decoded, among them ${folder}`));
  assert.match(error.hint, /max_corrupt/);
});

test('a class without a decodable image is an error', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 4, b: 2 });
  writeFiles(folder, { 'b/000.png': '', 'b/001.png': '' });
  const { code, message } = await failure(open(t, folder));
  assert.equal(code, 'DATASET_CLASS_TOO_SMALL');
  assert.match(message, /^no image of class "b" is left to train on/);
});

test('the images used do not depend on which corrupt images are known already', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 30, b: 30 });
  for (let image = 0; image < 30; image += 3) {
    writeFiles(folder, { [`a/${String(image).padStart(3, '0')}.png`]: '' });
  }
  const limits = { trainSamples: 20, validationSamples: 4, seed: 5 };
  const fresh = await open(t, folder, limits);
  const cacheDir = temporaryFolder(t);
  await open(t, folder, { cacheDir });
  const afterAll = await open(t, folder, { ...limits, cacheDir });
  assert.deepEqual(contentOf(afterAll.train), contentOf(fresh.train));
  assert.deepEqual(contentOf(afterAll.validation), contentOf(fresh.validation));
  assert.deepEqual(afterAll.warnings, fresh.warnings);
  assert.deepEqual([fresh.train.count, fresh.validation.count], [20, 4]);
});

test('only drawn images are decoded, another seed decodes only new ones, and a complete cache loads no decoder', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 8, b: 8 });
  const cacheDir = temporaryFolder(t);
  const module = new URL('../../../../src/trainer/data/datasets/open-image-dataset.js', import.meta.url).href;
  /** Whether a process that opens the dataset loads the decoder. */
  const decodes = (options: Partial<DatasetOptions>): boolean => {
    const all = { path: folder, imageSize: SIZE, cacheDir, seed: 1, validationSplit: 0.25, maxCorrupt: 0, ...options };
    const script = `
      const { openImageDataset } = await import(${JSON.stringify(module)});
      (await openImageDataset({ ...${JSON.stringify(all)}, warn: console.error })).close();
      console.log(process.report.getReport().sharedObjects.some((path) => path.includes('vips')));`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString().trim() === 'true';
  };
  assert.equal(decodes({ trainSamples: 4, validationSamples: 2 }), true);
  assert.equal(decodes({ trainSamples: 4, validationSamples: 2 }), false);
  assert.equal(decodes({}), true);
  assert.equal(decodes({ seed: 2, validationSplit: 0.5 }), false);
  assert.equal(decodes({ imageSize: 9 }), true);
});

test('opening ends when it is aborted', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 4, b: 4 });
  const signal = AbortSignal.abort(new Error('enough'));
  assert.equal((await failure(open(t, folder, { signal }))).message, 'enough');
});

test('MNIST opens at another size, and limits draw from every class', async (t) => {
  const dataset = await open(t, MNIST, { imageSize: 32, trainSamples: 200, validationSamples: 50 });
  assert.deepEqual([dataset.train.count, dataset.validation.count], [200, 50]);
  assert.equal(new Set(dataset.train.labels).size, 10);
  const bytes = new Uint8Array(2 * 32 * 32 * 3);
  dataset.train.read(Uint32Array.of(199, 0), bytes);
  assert.ok(Math.max(...bytes) > 200, 'the digits are blank');
});

test('a read outside of the split or into a buffer of the wrong size is refused; closing twice is allowed', async (t) => {
  const folder = await writeClasses(temporaryFolder(t), { a: 4, b: 4 });
  const dataset = await open(t, folder);
  const image = new Uint8Array(SIZE * SIZE * 3);
  assert.throws(() => {
    dataset.train.read(Uint32Array.of(dataset.train.count), image);
  }, RangeError);
  assert.throws(() => {
    dataset.train.read(Uint32Array.of(0, 1), image);
  }, RangeError);
  dataset.close();
  dataset.close();
  assert.throws(() => {
    dataset.train.read(Uint32Array.of(0), image);
  }, /closed/);
});
