import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findImages } from '../../../src/trainer/results/find-images.js';
import { temporaryFolder, writeFiles } from '../data/files.js';

function someImages(t: TestContext): { readonly find: (...words: string[]) => Promise<string[]> } {
  const folder = temporaryFolder(t);
  const names = ['b.jpg', 'a.png', 'notes.txt', 'img (1).jpg', 'in/c.webp', 'in/deep/d.JPEG', 'in/deep/e.tiff'];
  writeFiles(folder, Object.fromEntries(names.map((name) => [name, ''])));
  const find = async (...words: string[]): Promise<string[]> => {
    const found = await findImages(words.map((word) => join(folder, word)));
    return found.map((path) => relative(folder, path));
  };
  return { find };
}

test('a folder gives its images in order; a file is taken with any name', async (t) => {
  const { find } = someImages(t);
  assert.deepEqual(await find('.'), ['a.png', 'b.jpg', 'img (1).jpg', 'in/c.webp', 'in/deep/d.JPEG']);
  assert.deepEqual(await find('in/deep/e.tiff', 'in'), ['in/deep/e.tiff', 'in/c.webp', 'in/deep/d.JPEG']);
});

test('patterns match as in a shell, and repeated files are taken once', async (t) => {
  const { find } = someImages(t);
  assert.deepEqual(await find('*.jpg'), ['b.jpg', 'img (1).jpg']);
  assert.deepEqual(await find('[!a].?pg', 'b.jpg'), ['b.jpg']);
  assert.deepEqual(await find('img (*.jpg'), ['img (1).jpg']);
  assert.deepEqual(await find('**/*.webp'), ['in/c.webp']);
  assert.deepEqual(await find('in/**'), ['in/c.webp', 'in/deep/d.JPEG', 'in/deep/e.tiff']);
  assert.deepEqual(await find('**/[a-b].*'), ['a.png', 'b.jpg']);
});

test('paths without an image are named', async (t) => {
  const { find } = someImages(t);
  await assert.rejects(find('b.jpg', 'nowhere.jpg'), { code: 'IMAGES_NOT_FOUND', message: /nowhere\.jpg/ });
  await assert.rejects(find('*.bmp'), { code: 'IMAGES_NOT_FOUND' });
});
