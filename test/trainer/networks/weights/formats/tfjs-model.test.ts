import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openWeightFile } from '../../../../../src/trainer/networks/weights/formats/open-weight-file.js';
import { temporaryFolder } from '../files.js';

const WEIGHTS = [
  { name: 'stem_conv/kernel', shape: [2, 1], dtype: 'float32' },
  { name: 'half', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
  { name: 'byte', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
];
const DATA = Buffer.concat([
  Buffer.from(Float32Array.of(1.5, -2).buffer),
  Buffer.from(Uint16Array.of(0x3c00, 0xc000).buffer),
  Buffer.from([0, 2, 4]),
]);

/** Writes a model whose weights are in two shards. The first shard ends within an array. */
function write(t: TestContext, manifest: unknown, shards: Readonly<Record<string, Uint8Array>>): string {
  const folder = join(temporaryFolder(t), 'model');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(shards)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ format: 'layers-model', weightsManifest: manifest }));
  return folder;
}

test('weights of a TensorFlow.js model are read from all shards, and quantized weights are converted', async (t) => {
  const paths = ['one.bin', 'two.bin'];
  const shards = { 'one.bin': DATA.subarray(0, 6), 'two.bin': DATA.subarray(6) };
  const folder = write(t, [{ paths, weights: WEIGHTS }], shards);
  for (const path of [folder, join(folder, 'model.json')]) {
    const file = await openWeightFile(path);
    const values = Object.fromEntries([...file.tensors].map(([name, tensor]) => [name, [...tensor.read()]]));
    assert.deepEqual(values, { 'stem_conv/kernel': [1.5, -2], half: [1, -2], byte: [-1, 0, 1] });
    assert.equal(file.parts.length, 3);
  }
});

test('missing, short and long shards and shards outside of the folder are refused', async (t) => {
  const group = (paths: readonly string[]) => [{ paths, weights: WEIGHTS }];
  const cases: readonly (readonly [string, unknown, Record<string, Uint8Array>, string])[] = [
    ['missing', group(['one.bin']), {}, 'WEIGHTS_SHARD_MISSING'],
    ['too short', group(['one.bin']), { 'one.bin': DATA.subarray(1) }, 'WEIGHTS_DAMAGED'],
    ['too long', group(['one.bin']), { 'one.bin': Buffer.concat([DATA, DATA]) }, 'WEIGHTS_DAMAGED'],
    ['above', group(['../secret.bin']), {}, 'WEIGHTS_UNSAFE'],
    ['around', group(['a/../../secret.bin']), {}, 'WEIGHTS_UNSAFE'],
    ['absolute', group(['/etc/passwd']), {}, 'WEIGHTS_UNSAFE'],
    ['no manifest', undefined, {}, 'WEIGHTS_DAMAGED'],
    ['no weights', [{ paths: [] }], {}, 'WEIGHTS_DAMAGED'],
    ['no shape', [{ paths: [], weights: [{ name: 'a', dtype: 'float32' }] }], {}, 'WEIGHTS_DAMAGED'],
    ['unknown type', [{ paths: [], weights: [{ name: 'a', shape: [0], dtype: 'complex' }] }], {}, 'WEIGHTS_DAMAGED'],
  ];
  for (const [what, manifest, shards, code] of cases) {
    await assert.rejects(openWeightFile(write(t, manifest, shards)), { code }, what);
  }
});
