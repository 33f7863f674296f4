import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import type { Backbone } from '../../../src/trainer/networks/backbones.js';
import { buildModel, type Model } from '../../../src/trainer/networks/model.js';
import { tf, type Tensor } from '../../../src/trainer/graph/native/tensorflow.js';
import { digest, fillWeights, pixels } from '../../reference/recipe.js';

/** Keras' results for the same weights and images, written by test/reference/keras_models.py. */
const keras = JSON.parse(
  readFileSync(new URL('../../../../test/reference/keras_models.json', import.meta.url), 'utf8'),
) as KerasResults;

const models: Model[] = [];
const build = (backbone: Backbone, classes = keras.classes) => {
  const model = buildModel({ backbone, classes, seed: 1 });
  models.push(model);
  return model;
};
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

describe('EfficientNet', () => {
  it("has the gradients and the moving statistics of Keras' training step", () => {
    const { backbone, size, batch, ...expected } = keras.step;
    const model = build(backbone);
    fillWeights(model.weights);
    const result = trainingStep(model, pixels(batch, size));
    assertWithin([result.loss], [expected.loss], 1e-4);
    assertWithin(result.logits, expected.logits.flat(), 1e-3);
    assertDigests(result.gradients, expected.gradients);
    assertDigests(result.assignments, expected.statistics);
  });

  it('frees all tensors when it is disposed of, also twice', () => {
    const before = tf.memory().numTensors;
    const model = buildModel({ backbone: 'b0', classes: 3, seed: 1 });
    tf.tidy(() => void model.infer(pixels(1, 32)));
    model.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('initial weights', () => {
  it('are equal for the same seed and differ for another seed', () => {
    const kernel = (seed: number) => {
      const model = buildModel({ backbone: 'b0', classes: 3, seed });
      models.push(model);
      return read(model, 'block3b_expand_conv/kernel');
    };
    assert.deepEqual(kernel(1), kernel(1));
    assert.notDeepEqual(kernel(1), kernel(2));
  });

  it('of the backbone do not depend on the number of classes', () => {
    assert.deepEqual(read(build('b0', 3), 'top_conv/kernel'), read(build('b0', 10), 'top_conv/kernel'));
  });

  it('have the distribution of Keras’ initializers', () => {
    const model = build('b0', 1000);
    const convolution = moments(read(model, 'top_conv/kernel'));
    assert.ok(Math.abs(convolution.deviation / Math.sqrt(2 / 1280) - 1) < 0.01);
    assert.ok(convolution.largest <= (2 * Math.sqrt(2 / 1280)) / 0.87962566 && Math.abs(convolution.mean) < 1e-3);
    const depthwise = moments(read(model, 'block6b_dwconv/kernel'));
    assert.ok(Math.abs(depthwise.deviation / Math.sqrt(2 / 25) - 1) < 0.02);
    const classifier = moments(read(model, 'predictions/kernel'));
    assert.ok(Math.abs(classifier.deviation / Math.sqrt(2 / 2280) - 1) < 0.01);
    assert.ok(classifier.largest <= Math.sqrt(6 / 2280));
  });
});

function trainingStep(model: Model, images: Tensor) {
  const trained = model.weights.filter(({ trainable }) => trainable);
  const gradients = new Map<string, Float32Array>();
  const assignments = new Map<string, Float32Array>();
  let [loss, logits] = [NaN, new Float32Array()];
  tf.tidy(() => {
    const none = tf.scalar(0);
    const seed = tf.tensor1d([1, 2], 'int32');
    const training = { momentum: tf.scalar(0.99), seed, dropout: none, dropConnect: none };
    const labels = tf.range(0, images.shape[0], 1, 'int32').mod(tf.scalar(keras.classes, 'int32'));
    const forward = () => {
      const outcome = model.train(images, training);
      logits = values(outcome.logits);
      for (const [{ name }, moved] of outcome.assignments) assignments.set(name, values(moved));
      return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, keras.classes), outcome.logits).asScalar();
    };
    const { value, grads } = tf.variableGrads(
      forward,
      trained.map(({ variable }) => variable),
    );
    loss = values(value)[0]!;
    for (const { name, variable } of trained) gradients.set(name, values(grads[variable.name]!));
  });
  return { loss, logits, gradients, assignments };
}

const values = (tensor: Tensor) => tensor.dataSync<'float32'>().slice();

function assertDigests(actual: ReadonlyMap<string, Float32Array>, expected: Record<string, [number, number]>): void {
  assert.deepEqual([...actual.keys()].sort(), Object.keys(expected).sort());
  for (const [name, [norm, probe]] of Object.entries(expected)) {
    const found = digest(name, actual.get(name)!);
    const allowed = 1e-3 * norm + 1e-6;
    assert.ok(Math.abs(found.norm - norm) <= allowed, `norm of ${name} is ${found.norm}, not ${norm}`);
    assert.ok(
      Math.abs(found.probe - probe) <= allowed,
      `probe of ${name} is ${found.probe}, not ${probe} (norm ${norm})`,
    );
  }
}

function assertWithin(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const differences = Array.from(actual, (value, index) => Math.abs(value - expected[index]!));
  assert.ok(Math.max(...differences) <= tolerance, `differs by ${Math.max(...differences)}, more than ${tolerance}`);
}

function read(model: Model, name: string): Float32Array {
  return values(model.weights.find((weight) => weight.name === name)!.variable);
}

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation, largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) };
}

interface KerasResults {
  readonly classes: number;
  readonly step: {
    backbone: Backbone;
    size: number;
    batch: number;
    loss: number;
    logits: number[][];
    gradients: Record<string, [number, number]>;
    statistics: Record<string, [number, number]>;
  };
}
