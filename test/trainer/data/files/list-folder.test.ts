import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listFolder, walkFiles } from '../../../../src/trainer/data/files/list-folder.js';
import { openSource } from '../../../../src/trainer/data/formats/open-source.js';
import { fingerprintDataset } from '../../../../src/trainer/data/fingerprints/fingerprint-dataset.js';
import { temporaryFolder, writeFiles } from '../files.js';

/** Number of files in a folder and its subfolders. */
async function countFiles(folder: string): Promise<number> {
  let count = 0;
  for await (const file of walkFiles(await listFolder(folder))) count += file.name === '' ? 0 : 1;
  return count;
}

test('a link to an ancestor folder ends the walk', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { 'a/1.png': 'x', 'b/2.png': 'y' });
  symlinkSync(folder, join(folder, 'a/loop'));
  assert.equal(await countFiles(folder), 2);
});

test('folders that link to each other end with an error instead of an endless walk', async (t) => {
  const folder = temporaryFolder(t);
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  for (const name of names) mkdirSync(join(folder, name));
  for (const from of names) {
    for (const to of names) if (from !== to) symlinkSync(join(folder, to), join(folder, from, to));
  }
  await assert.rejects(countFiles(folder), { code: 'DATASET_ENDLESS', message: /^links lead to the same folders/ });
});

test('a virtual file system is refused with the reason', { skip: process.platform !== 'linux' }, async (t) => {
  const expected = { code: 'DATASET_UNREADABLE', message: /\/proc.*virtual file system/ };
  await assert.rejects(
    openSource('/proc', {}, () => undefined),
    expected,
  );
  await assert.rejects(fingerprintDataset('/proc', { cacheDir: temporaryFolder(t) }), expected);
});
