import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { adam } from '../../../src/trainer/optimizers/adam.js';
import { createCompiledStep } from '../../../src/trainer/step/compiled-step.js';
import { createEagerStep } from '../../../src/trainer/step/eager-step.js';
import type { Program, Step } from '../../../src/trainer/step/program.js';
import { tf } from '../../../src/trainer/tensorflow.js';
import { uniform } from '../../reference/recipe.js';

/** Twenty steps of Keras' Adam: test/reference/adam.py made them. */
const keras = JSON.parse(readFileSync(new URL('../../../../test/reference/adam.json', import.meta.url), 'utf8')) as {
  learningRate: number;
  path: number[][];
};

const SIZE = 6;
const gradientOf = (step: number) =>
  Float32Array.from(uniform(`gradient ${step}`, SIZE), (u, index) => (2 * u - 1) * 10 ** -index);

/** A program whose gradients are its inputs. */
function givenGradients(): Program {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(Float32Array.from(uniform('start', SIZE)))));
  const weight = { name: 'weight', variable, trainable: true, depth: 0 };
  return {
    signature: 'given gradients',
    inputs: { gradient: { shape: [SIZE], dtype: 'float32' }, learning_rate: { shape: [], dtype: 'float32' } },
    weights: [weight],
    optimizer: adam,
    train: ({ gradient }) => ({
      outputs: { gradient: gradient! },
      gradients: new Map([[weight, gradient!]]),
      assignments: new Map(),
    }),
    evaluate: ({ gradient }) => ({ gradient: gradient! }),
  };
}

/** Runs the reference's gradients and returns the largest difference from its weights. */
function largestDifference(step: Step): number {
  const differences = keras.path.flatMap((expected, index) => {
    step.train({ gradient: gradientOf(index), learning_rate: keras.learningRate });
    const actual = step.read().get('weight')!.values;
    return expected.map((value, place) => Math.abs(value - actual[place]!));
  });
  return Math.max(...differences);
}

describe('Adam', () => {
  it("takes the steps of Keras' Adam, for gradients from 1e-6 to 1", () => {
    const program = givenGradients();
    const step = createEagerStep(program);
    assert.ok(largestDifference(step) < 1e-6);
    step.close();
    tf.dispose(program.weights.map(({ variable }) => variable));
  });

  it("takes the same steps by TensorFlow's kernel", () => {
    const cacheDir = mkdtempSync(path.join(tmpdir(), 'adam-'));
    const program = givenGradients();
    const step = createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) });
    assert.ok(largestDifference(step) < 1e-6);
    assert.equal(step.kind, 'compiled');
    step.close();
    tf.dispose(program.weights.map(({ variable }) => variable));
    rmSync(cacheDir, { recursive: true });
  });
});
