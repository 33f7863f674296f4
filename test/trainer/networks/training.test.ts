import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { randomInt, seededRandom } from '../../../src/core/random.js';
import { classifierProgram } from '../../../src/trainer/training/classifier-program.js';
import { planBackbone, type Backbone, type BackbonePlan } from '../../../src/trainer/networks/backbones.js';
import { assemble, buildModel, type Model } from '../../../src/trainer/networks/model.js';
import { buildNetwork } from '../../../src/trainer/networks/architectures/build-network.js';
import { trainedDepth, type Unfreeze } from '../../../src/trainer/networks/backbones.js';
import { createCompiledStep } from '../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../src/trainer/graph/running/eager-step.js';
import type { Program, StepInputs } from '../../../src/trainer/graph/program/program.js';
import { tf, type Tensor } from '../../../src/trainer/graph/native/tensorflow.js';
import { pixels } from '../../reference/recipe.js';
import { sgd } from '../graph/optimizers.js';

const CLASSES = 3;
const BATCH = 4;

const opened: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose();
});

describe('a training step', () => {
  for (const backbone of ['b0', 'lite0', 'v2-b0', 'v2-s', 'resnet18', 'resnet50', 'mobilenet-v2', 'alexnet'] as const) {
    it(`of ${backbone} compiles to a graph with the results of the model`, () => {
      assertCompiles(programOf(smallModel(backbone), sizeFor(backbone)));
    });
  }

  it('compiles with random frozen weights, where statistics are 0 except for rounding', () => {
    const model = buildModel({ backbone: 'b0', classes: CLASSES, seed: 1, unfreeze: 'last-1-blocks' });
    opened.push(model);
    assertCompiles(programOf(model, 32));
  });

  for (const backbone of ['b0', 'resnet18', 'alexnet'] as const) {
    it(`of ${backbone} gives equal logits for equal seeds and others for another seed`, () => {
      const model = smallModel(backbone);
      const logits = (seed: number) => tf.tidy(() => values(trainingPass(model, pixels(2, sizeFor(backbone)), seed)));
      assert.deepEqual(logits(1), logits(1));
      assert.notDeepEqual(logits(1), logits(2));
    });
  }
});

describe('a partly frozen model', () => {
  it('changes no bit of frozen weights and statistics, and changes all others', () => {
    const model = smallModel('resnet18', 'last-1-blocks');
    const program = programOf(model, 32);
    const step = createEagerStep(program);
    const before = step.read();
    step.train(inputsOf(program));
    const after = step.read();
    step.close();
    for (const { name, depth } of model.weights) {
      const [old, now] = [before.get(name)!.values, after.get(name)!.values];
      if (depth > 1) assert.deepEqual(now, old, name);
      else assert.notDeepEqual(now, old, name);
    }
    assert.ok(model.weights.some(({ name, depth }) => depth > 1 && name.endsWith('moving_mean')));
    assert.ok(model.weights.some(({ name, depth }) => depth === 1 && name.endsWith('moving_mean')));
  });

  it('computes no gradients below the trained blocks', async () => {
    const gradients = async (unfreeze: Unfreeze) => {
      const model = smallModel('resnet18', unfreeze);
      const program = programOf(model, 32);
      const step = createEagerStep(program);
      const { kernels } = await tf.profile(() => void step.train(inputsOf(program)));
      step.close();
      return kernels.filter(({ name }) => name === 'Conv2DBackpropFilter').length;
    };
    assert.equal(await gradients('head'), 0);
    assert.equal(await gradients('last-1-blocks'), 3);
    assert.equal(await gradients('last-2-blocks'), 5);
    assert.equal(await gradients('all'), 8);
  });

  it('counts depth in blocks from the classifier to the stem; layers after the last block belong to it', () => {
    const model = smallModel('mobilenet-v2');
    const depths = new Map(model.weights.map(({ name, depth }) => [name.split('/')[0], depth]));
    assert.deepEqual(
      ['predictions', 'Conv_1_bn', 'block_2_project', 'block_1_expand', 'expanded_conv_depthwise', 'Conv1'].map(
        (name) => depths.get(name),
      ),
      [0, 1, 1, 2, 3, 4],
    );
  });

  it('has another signature for each `unfreeze`, and that of `all` if all blocks are named', () => {
    const signature = (unfreeze: Unfreeze) => {
      const model = buildModel({ backbone: 'mobilenet-v2', classes: CLASSES, seed: 1, unfreeze });
      opened.push(model);
      return model.signature;
    };
    const all = (['head', 'last-1-blocks', 'last-3-blocks', 'all'] as const).map(signature);
    assert.equal(new Set(all).size, 4);
    assert.equal(signature('last-99-blocks'), signature('all'));
  });

  it('runs frozen blocks in inference mode during training, so that the head can train on cached features', () => {
    const model = smallModel('b0', 'head');
    tf.tidy(() => {
      const images = pixels(2, 32);
      const features = model.features(images);
      assert.deepEqual(values(model.head.infer(features)), values(model.infer(images)));
      const training = trainingInputs(3);
      assert.deepEqual(values(model.head.train(features, training)), values(model.train(images, training).logits));
    });
  });
});

function assertCompiles(program: Program): void {
  const cacheDir = mkdtempSync(path.join(os.tmpdir(), 'training-test-'));
  const step = createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) });
  try {
    step.train(inputsOf(program));
    assert.equal(step.kind, 'compiled');
  } finally {
    step.close();
    rmSync(cacheDir, { recursive: true });
  }
}

/** The first blocks of a network, with every kind of block that it has. */
function smallModel(backbone: Backbone, unfreeze: Unfreeze = 'all'): Model {
  const network = buildNetwork(shorten(planBackbone(backbone)), CLASSES);
  const trained = Math.min(trainedDepth(unfreeze), network.blocks.length);
  const model = assemble(network, { signature: `small ${backbone} ${unfreeze}`, seed: 1, trained });
  opened.push(model);
  return model;
}

function shorten(plan: BackbonePlan): BackbonePlan {
  switch (plan.kind) {
    case 'mobile': {
      const squeezing = plan.blocks.findIndex(({ fused, expansion }) => !fused && expansion > 1);
      return { ...plan, blocks: plan.blocks.slice(0, squeezing + 2), top: { ...plan.top, filters: 32 } };
    }
    case 'resnet': {
      const strided = plan.blocks.findIndex(({ index, shortcut }) => index > 0 && shortcut !== undefined);
      return { ...plan, blocks: plan.blocks.slice(0, strided + 1) };
    }
    case 'alexnet':
      return { ...plan, units: [16, 16] };
  }
}

const sizeFor = (backbone: Backbone) => planBackbone(backbone).minimumSize;

function programOf(model: Model, imageSize: number): Program {
  return classifierProgram({
    model,
    optimizer: sgd,
    loss: 'softmax',
    classes: CLASSES,
    batchSize: BATCH,
    imageSize,
    accumulates: false,
    precision: 'float32',
  });
}

/** Random images, one class each, and values with which every part of a step has an effect. */
function inputsOf(program: Program): StepInputs {
  const random = seededRandom(1, 'inputs');
  const known: Record<string, number | Float32Array | Int32Array> = {
    random_seed: Int32Array.of(1, 2),
    learning_rate: 0.1,
    dropout: 0.2,
    drop_connect: 0.2,
    statistics_momentum: 0.9,
    targets: Float32Array.from({ length: BATCH * CLASSES }, (_, index) =>
      Number(Math.floor(index / CLASSES) % CLASSES === index % CLASSES),
    ),
  };
  return Object.fromEntries(
    Object.entries(program.inputs).map(([name, { shape }]) => {
      if (name in known) return [name, known[name]!];
      const length = tf.util.sizeFromShape([...shape]);
      if (name === 'images') return [name, Float32Array.from({ length }, () => randomInt(random, 256))];
      return [name, new Float32Array(length).fill(1)];
    }),
  );
}

function trainingPass(model: Model, images: Tensor, seed: number): Tensor {
  return model.train(images, trainingInputs(seed)).logits;
}

function trainingInputs(seed: number) {
  const [rate, momentum] = [tf.scalar(0.5), tf.scalar(0.9)];
  return { momentum, seed: tf.tensor1d([seed, 2], 'int32'), dropout: rate, dropConnect: rate };
}

const values = (tensor: Tensor) => tensor.dataSync<'float32'>().slice();
