import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DatasetOptions, ImageDataset, Split } from '../../../../../src/trainer/data/datasets/image-dataset.js';
import { identifyImages } from '../../../../../src/trainer/data/fingerprints/identify-images.js';
import { openImageDataset } from '../../../../../src/trainer/data/datasets/open-image-dataset.js';
import { png, temporaryFolder, writeFiles } from '../../files.js';
import { writeTable } from './tables.js';

const NAMES = Array.from({ length: 12 }, (_, index) => `${index}.png`);
const ROWS = NAMES.map(
  (name, index) => `${name},${index % 2 === 0 ? 'even' : 'odd'},${index < 8 ? 'train' : 'val'},p${index >> 1}`,
);
const LINES = ['image,label,part,patient', ...ROWS];

async function open(t: TestContext, path: string, options: Partial<DatasetOptions>): Promise<ImageDataset> {
  const dataset = await openImageDataset({
    ...{ path, imageSize: 4, cacheDir: temporaryFolder(t), seed: 1, validationSplit: 0.25, maxCorrupt: 0 },
    warn: (message) => assert.fail(message),
    ...options,
  });
  t.after(() => {
    dataset.close();
  });
  return dataset;
}

/** The numbers of a part's images. `writeTable` writes them into red. */
function imagesOf(split: Split): { readonly image: number; readonly label: number }[] {
  return Array.from({ length: split.count }, (_, place) => {
    const out = new Uint8Array(4 * 4 * 3);
    split.read(Uint32Array.of(place), out);
    return { image: out[0]!, label: split.labels[place]! };
  });
}

test('different readings of a table share a cache, and each has its own images', async (t) => {
  const path = await writeTable(temporaryFolder(t), NAMES, LINES);
  const cacheDir = temporaryFolder(t);
  for (const reading of [{}, { splitColumn: 'part' }, { groupColumn: 'patient' }]) {
    const { train, validation } = await open(t, path, { cacheDir, reading });
    const seen = [...imagesOf(train), ...imagesOf(validation)];
    assert.deepEqual(
      seen.map(({ image }) => image).sort((a, b) => a - b),
      [...NAMES.keys()],
    );
    for (const { image, label } of seen) assert.equal(label, image % 2);
    if ('splitColumn' in reading)
      assert.deepEqual(
        imagesOf(validation).map(({ image }) => image),
        [8, 9, 10, 11],
      );
    if ('groupColumn' in reading) {
      const patients = (split: Split): Set<number> => new Set(imagesOf(split).map(({ image }) => image >> 1));
      assert.deepEqual(
        [...patients(validation)].filter((patient) => patients(train).has(patient)),
        [],
      );
    }
  }
});

test('the fingerprint of a table covers the table and its images, and nothing else', async (t) => {
  const folder = temporaryFolder(t);
  const path = await writeTable(folder, NAMES, LINES);
  const identify = (): Promise<string> => identifyImages(path, { cacheDir: join(folder, 'cache'), reading: {} });
  const first = await identify();
  assert.match(first, /^[0-9a-f]{64}$/);
  writeFiles(folder, { 'not-named.png': await png([1, 2, 3]) });
  assert.equal(await identify(), first);
  writeFiles(folder, { '3.png': await png([99, 100, 200]) });
  const changed = await identify();
  assert.notEqual(changed, first);
  writeFiles(folder, { '3.png': await png([3, 100, 200]) });
  assert.equal(await identify(), first);
  writeFiles(folder, { 'table.csv': `${LINES.slice(0, -1).join('\n')}\n` });
  assert.notEqual(await identify(), first);
});
