import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { BACKBONES, planBackbone, type Backbone } from '../../../src/trainer/networks/backbones.js';
import type { Variant } from '../../../src/trainer/networks/families/plan.js';
import { buildModel, type Model } from '../../../src/trainer/networks/model.js';
import { buildNetwork } from '../../../src/trainer/networks/architectures/build-network.js';
import { tf } from '../../../src/trainer/graph/native/tensorflow.js';
import { fillWeights, pixels } from '../../reference/recipe.js';

/** Results of Keras, timm and torchvision, written by test/reference/keras_models.py and timm_models.py. */
const keras = readReference('keras_models.json');
const timm = readReference('timm_models.json');

const models: Model[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

describe('every backbone', () => {
  const expected = { ...keras.parameterCounts, ...timm.parameterCounts };

  it('has a reference for its number of parameters', () => {
    assert.deepEqual(Object.keys(expected).sort(), [...BACKBONES].sort());
  });

  it('has a reference for its logits', () => {
    const run = [...keras.inference, ...timm.inference].map(({ backbone }) => backbone);
    assert.deepEqual([...new Set(run)].sort(), [...BACKBONES].sort());
  });

  for (const backbone of BACKBONES) {
    it(`${backbone} has exactly as many parameters as the reference`, () => {
      const { blocks, head } = buildNetwork(planBackbone(backbone), 1000);
      const weights = [...blocks, head].flatMap((layer) => layer.weights);
      const count = weights.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
      assert.equal(count, expected[backbone]);
      assert.equal(new Set(weights.map(({ name }) => name)).size, weights.length);
    });
  }
});

for (const [library, variant, { inference, classes }] of [
  ['Keras', 'keras', keras],
  ['timm', 'timm', timm],
] as const satisfies [string, Variant, Reference][]) {
  describe(`with the arithmetic of ${library}`, () => {
    for (const { backbone, size, batch, logits } of inference) {
      it(`${backbone} at ${size} pixels has the logits of ${library} for the same weights`, () => {
        const model = buildModel({ backbone, classes, seed: 1, variant });
        models.push(model);
        fillWeights(model.weights);
        const actual = tf.tidy(() => model.infer(pixels(batch, size)).arraySync()) as number[][];
        assertWithin(actual.flat(), logits.flat(), 1e-4);
      });
    }
  });
}

function assertWithin(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const differences = actual.map((value, index) => Math.abs(value - expected[index]!));
  const spread = Math.max(...expected) - Math.min(...expected);
  assert.ok(Math.max(...differences) <= tolerance, `differs by ${Math.max(...differences)} in a spread of ${spread}`);
}

function readReference(file: string): Reference {
  return JSON.parse(readFileSync(new URL(`../../../../test/reference/${file}`, import.meta.url), 'utf8')) as Reference;
}

interface Reference {
  readonly classes: number;
  readonly parameterCounts: Record<string, number>;
  readonly inference: { backbone: Backbone; size: number; batch: number; logits: number[][] }[];
}
