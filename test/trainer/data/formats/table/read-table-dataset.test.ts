import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../files.js';
import { listed, open, refusal, writeTable } from './tables.js';

const IMAGES = ['a.png', 'b.png', 'c.png', 'd.png'];

test('a table names images and their classes, in the order of its rows', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(
    folder,
    ['img/a.png', 'img/b.png', 'img/c.png'],
    ['path,label,width', 'img/b.png,dog,8', '"img/a.png", cat ,8', '', 'img\\c.png,dog,8'],
  );
  const { source, warnings } = await open(path);
  assert.deepEqual(source.classNames, ['cat', 'dog']);
  assert.deepEqual(listed(source, folder), ['img/b.png dog', 'img/a.png cat', 'img/c.png dog']);
  assert.deepEqual(warnings, []);
  const decoded = await source.decoder(32)(1);
  assert.ok('pixels' in decoded && decoded.pixels[0] === 0 && decoded.pixels[1] === 100);
});

test('ids get the extension of the existing file, paths start at image_root, and numbers are sorted by value', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, ['train_images/x1.png', 'train_images/x2.png'], ['id,target', 'x1,10', 'x2,9']);
  const { source } = await open(path, { imageRoot: 'train_images' });
  assert.deepEqual(source.classNames, ['9', '10']);
  assert.deepEqual(listed(source, folder), ['train_images/x1.png 10', 'train_images/x2.png 9']);
  assert.match(await refusal(folder, path), /^DATASET_IMAGES_MISSING .*set image_root: train_images$/);
});

test('columns with unusual names must be named', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, IMAGES, ['foto,sort,label,class', 'a.png,x,1,1', 'b.png,y,1,2']);
  assert.equal(
    await refusal(folder, path),
    'DATASET_COLUMN_UNCLEAR no column of table.csv has a common name for the images\' paths | Set image_column to one of the columns: "foto", "sort", "label", "class".',
  );
  assert.match(
    await refusal(folder, path, { imageColumn: 'foto' }),
    /UNCLEAR "label" and "class" of table.csv can both be/,
  );
  assert.match(
    await refusal(folder, path, { imageColumn: 'Foto' }),
    /^DATASET_COLUMN_UNKNOWN table.csv has no column "Foto" .*Did you mean "foto"\?$/,
  );
  const { source } = await open(path, { imageColumn: 'foto', labelColumn: 'sort' });
  assert.deepEqual(source.classNames, ['x', 'y']);
});

test('missing images are counted, and the first ones named with their lines', async (t) => {
  const folder = temporaryFolder(t);
  const lines = Array.from({ length: 8 }, (_, index) => `gone-${index}.png,cat`);
  const path = await writeTable(folder, IMAGES, ['image,label', 'a.png,cat', 'b.png,dog', '"",dog', ...lines]);
  assert.match(
    await refusal(folder, path),
    /^DATASET_IMAGES_MISSING 9 of 11 rows of table.csv have no usable image in "image": line 4 \(empty\), line 5 \(gone-0.png: not found\), .* and 4 more \|/,
  );
});

test('an id that matches two files is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, ['a.png', 'a.jpg', 'b.png'], ['id,label', 'a,cat', 'b,dog']);
  assert.match(await refusal(folder, path), /line 2 \(a: can be a.jpg or a.png\)/);
});

test('empty and contradicting labels are refused with their lines', async (t) => {
  const folder = temporaryFolder(t);
  const empty = await writeTable(folder, IMAGES, ['image,label', 'a.png,cat', 'b.png,', 'c.png,dog', 'd.png,  ']);
  assert.match(
    await refusal(folder, empty),
    /^DATASET_LABELS_EMPTY 2 of 4 rows of table.csv have no label in "label": line 3, line 5 \|/,
  );
  const other = await writeTable(folder, IMAGES, ['image,label', 'a.png,cat', 'b.png,dog', './a.png,dog']);
  assert.match(
    await refusal(folder, other),
    /^DATASET_LABELS_CONFLICT 1 of 3 rows .*line 4 \(a.png, first in line 2: "dog" after "cat"\) \|/,
  );
});

test('a repeated row is left out with a warning', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, IMAGES, ['image,label', 'a.png,cat', 'b.png,dog', 'a.png,cat']);
  const { source, warnings } = await open(path);
  assert.equal(source.labels.length, 2);
  assert.match(warnings.join(), /has rows that repeat an image, which are left out: 1/);
});

test('a table with one class is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, IMAGES, ['image,label', 'a.png,cat', 'b.png,cat']);
  assert.match(await refusal(folder, path), /^DATASET_ONE_CLASS table.csv has only one class, "cat"/);
});

test('a column can assign images to training and validation', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, IMAGES, [
    'image,label,part',
    'a.png,cat,Valid',
    'b.png,dog,train',
    'c.png,cat,train',
    'd.png,,test',
  ]);
  const { source, warnings } = await open(path, { splitColumn: 'part' });
  assert.deepEqual(listed(source, folder), ['b.png dog', 'c.png cat', 'a.png cat']);
  assert.equal(source.trainCount, 2);
  assert.match(warnings.join(), /1 test images left out/);
});

test('a test part is used for validation if there is no other; unknown parts, other classes and leaks are refused', async (t) => {
  const folder = temporaryFolder(t);
  const head = 'image,label,part';
  const table = (...rows: readonly string[]) => writeTable(folder, IMAGES, [head, ...rows]);
  const reading = { splitColumn: 'part' };
  const { source } = await open(await table('a.png,cat,test', 'b.png,dog,train', 'c.png,cat,train'), reading);
  assert.equal(source.trainCount, 2);
  const unknown = await table('a.png,cat,train', 'b.png,dog,holdout');
  assert.match(await refusal(folder, unknown, reading), /^DATASET_PART_UNKNOWN 1 of 2 rows .*line 3 \(holdout\)/);
  const alone = await table('a.png,cat,train', 'b.png,dog,train');
  assert.match(await refusal(folder, alone, reading), /^DATASET_SPLIT_MISMATCH .*no image to validate on/);
  const strange = await table('a.png,cat,train', 'b.png,dog,train', 'c.png,bee,val');
  assert.match(await refusal(folder, strange, reading), /^DATASET_SPLIT_MISMATCH .*without training images: bee/);
  const leak = await table('a.png,cat,train', 'b.png,dog,train', 'a.png,cat,val');
  assert.match(
    await refusal(folder, leak, reading),
    /^DATASET_SPLIT_LEAK 1 of 3 rows .*line 4 \(a.png, first in line 2\)/,
  );
});

test('labels with a separator give each image a set of classes', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, IMAGES, [
    'image,labels',
    'a.png,scab rust',
    'b.png,healthy',
    'c.png,rust  rust',
    'd.png,healthy',
  ]);
  const { source } = await open(path, { labelSeparator: ' ' });
  assert.deepEqual(source.classNames, ['healthy', 'rust', 'scab']);
  const target = new Float32Array(3);
  const targets = [0, 1, 2, 3].map((index) => {
    source.labelSets!.write(index, target);
    return [...target];
  });
  assert.deepEqual(targets, [
    [0, 1, 1],
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]);
  assert.deepEqual([...source.labels], [2, 0, 1, 0], 'an image is drawn by its rarest class');
  const piped = await writeTable(folder, IMAGES, ['image,labels', 'a.png,red fox | dog', 'b.png,dog']);
  assert.deepEqual((await open(piped, { labelSeparator: '|' })).source.classNames, ['dog', 'red fox']);
});

test('settings of tables are refused for a folder', async (t) => {
  const folder = temporaryFolder(t);
  await writeTable(folder, ['cat/a.png', 'dog/b.png'], ['image,label']);
  assert.match(
    await refusal(folder, folder, { labelColumn: 'x' }),
    /^DATASET_NOT_A_TABLE label_column is a setting for tables/,
  );
});
