import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { buildModel, type Model, type ModelOptions } from '../../../../src/trainer/networks/model.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { expectedTensors } from '../../../../src/trainer/networks/weights/matching/expected-tensors.js';
import { layoutOf } from '../../../../src/trainer/networks/weights/layouts/layout-of.js';
import { openPretrained } from '../../../../src/trainer/networks/weights/pretrained.js';
import { writeSafetensors } from '../../../../src/trainer/networks/weights/formats/write-safetensors.js';
import { fillWeights, pixels } from '../../../reference/recipe.js';
import { temporaryFolder } from './files.js';

function build(t: TestContext, options: ModelOptions): Model {
  const model = buildModel(options);
  t.after(() => model.dispose());
  return model;
}

const values = (tensor: Tensor): number[] => {
  const list = [...tensor.dataSync()];
  tensor.dispose();
  return list;
};

/** Writes a model's weights in PyTorch's order of axes, transposed by TensorFlow and not by the code under test. */
function writeAsTorch(path: string, model: Model, classifier: string | undefined): Promise<void> {
  const expected = expectedTensors(layoutOf('lite0', 'keras'), 'torch')!;
  const foreign = new Map(expected.map(({ name, foreignName }) => [name, foreignName]));
  if (classifier !== undefined) {
    foreign.set('predictions/kernel', `${classifier}.weight`).set('predictions/bias', `${classifier}.bias`);
  }
  const order = (name: string, rank: number) =>
    rank === 4 ? (name.includes('dwconv') ? [2, 3, 0, 1] : [3, 2, 0, 1]) : rank === 2 ? [1, 0] : [0];
  const arrays = model.weights
    .filter(({ name }) => foreign.has(name))
    .map(({ name, variable }) => {
      const axes = order(name, variable.shape.length);
      return {
        name: foreign.get(name)!,
        shape: axes.map((axis) => variable.shape[axis]!),
        values: () => tf.tidy(() => variable.transpose(axes).dataSync<'float32'>()),
      };
    });
  return writeSafetensors(path, arrays, {});
}

test('a model with loaded PyTorch weights has the logits of the original; for other classes the classifier keeps its initial values', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'tf_lite0.safetensors');
  const origin = build(t, { backbone: 'lite0', classes: 5, seed: 1 });
  fillWeights(origin.weights);
  await writeAsTorch(path, origin, 'classifier');
  const image = pixels(2, 32);
  t.after(() => image.dispose());
  const pretrained = await openPretrained({ weights: './w', backbone: 'lite0' }, { './w': path });
  t.after(() => pretrained?.close());

  const same = build(t, { backbone: 'lite0', classes: 5, seed: 2, ...pretrained!.options });
  pretrained!.load(same, 5);
  assert.deepEqual(values(tf.tidy(() => same.infer(image))), values(tf.tidy(() => origin.infer(image))));

  const other = build(t, { backbone: 'lite0', classes: 3, seed: 2, ...pretrained!.options });
  const before = other.weights
    .find(({ name }) => name === 'predictions/kernel')!
    .variable.dataSync()
    .slice();
  pretrained!.load(other, 3);
  assert.deepEqual(values(tf.tidy(() => other.features(image))), values(tf.tidy(() => origin.features(image))));
  assert.deepEqual(other.weights.find(({ name }) => name === 'predictions/kernel')!.variable.dataSync(), before);
});

test('a trial without weights opens no file; a trial that lacks its file is refused', async () => {
  assert.equal(await openPretrained({ weights: 'none', backbone: 'b0' }, {}), undefined);
  await assert.rejects(openPretrained({ weights: 'imagenet', backbone: 'b0' }, {}), { code: 'WEIGHTS_NOT_FOUND' });
});
