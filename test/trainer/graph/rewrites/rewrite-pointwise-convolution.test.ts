import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openGraphSession } from '../../../../src/trainer/graph/running/graph-session.js';
import type { NamedTensors, Program, Weight } from '../../../../src/trainer/graph/program/program.js';
import { rewritePointwiseConvolution } from '../../../../src/trainer/graph/rewrites/rewrite-pointwise-convolution.js';
import { checkInputs } from '../../../../src/trainer/graph/program/step-inputs.js';
import { initialState, listState } from '../../../../src/trainer/graph/program/step-state.js';
import { traceProgram } from '../../../../src/trainer/graph/tracing/trace-program.js';
import type { Rewrite } from '../../../../src/trainer/graph/tracing/tracer.js';
import { tf, type Tensor4D } from '../../../../src/trainer/graph/native/tensorflow.js';
import { tracedSgd } from '../optimizers.js';

interface Convolution {
  readonly filter: readonly [number, number, number, number];
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
}

const INPUTS = { learning_rate: 0 };

/** A convolution of a trained image, whose squared outputs are averaged: a value, and gradients of image and filter. */
function convolve({ filter, strides = 1, padding = 'same' }: Convolution): Program {
  const weight = (name: string, shape: readonly number[], seed: number): Weight => ({
    name,
    variable: tf.variable(tf.randomNormal([...shape], 0, 1, 'float32', seed)),
    trainable: true,
    depth: 0,
  });
  const weights = [weight('image', [2, 5, 4, filter[2]], 1), weight('kernel', filter, 2)] as const;
  const [image, kernel] = weights.map(({ variable }) => variable) as unknown as [Tensor4D, Tensor4D];
  const mean = () => tf.conv2d(image, kernel, strides, padding).square().mean();
  return {
    signature: '',
    inputs: { learning_rate: { shape: [], dtype: 'float32' } },
    weights,
    optimizer: tracedSgd,
    train() {
      const { value, grads } = tf.variableGrads(
        () => mean() as never,
        weights.map(({ variable }) => variable),
      );
      return {
        outputs: { mean: value },
        gradients: new Map(weights.map((weight) => [weight, grads[weight.variable.name]!])),
        assignments: new Map(),
      };
    },
    evaluate: (): NamedTensors => ({ mean: mean() }),
  };
}

function computeWith(rewrites: readonly Rewrite[], convolution: Convolution) {
  const program = convolve(convolution);
  const entries = listState(program);
  const graph = traceProgram(program, entries, checkInputs(program.inputs, INPUTS), rewrites);
  const session = openGraphSession(graph);
  try {
    session.restore(initialState(program, entries));
    const values = new Map(Object.entries({ ...session.trainForGradients(INPUTS), ...session.evaluate(INPUTS) }));
    return { values, rewritten: Buffer.from(graph.savedModel).includes('MatMul') };
  } finally {
    session.close();
  }
}

describe('a 1x1 convolution rewritten as a matrix product', () => {
  const plain: readonly Convolution[] = [
    { filter: [1, 1, 3, 7] },
    { filter: [1, 1, 7, 3], padding: 'valid' },
    { filter: [1, 1, 60, 50] },
    { filter: [1, 1, 1, 1] },
  ];
  for (const convolution of plain) {
    test(`has the same value and gradients: filter ${convolution.filter.join('x')}`, () => {
      const [whole, product] = [computeWith([], convolution), computeWith([rewritePointwiseConvolution], convolution)];
      assert.deepEqual([whole.rewritten, product.rewritten], [false, true]);
      assert.deepEqual([...product.values.keys()].sort(), ['image', 'kernel', 'mean']);
      for (const [name, expected] of whole.values) {
        const found = product.values.get(name)!;
        assert.equal(found.length, expected.length);
        const largest = Math.max(...expected.map(Math.abs));
        expected.forEach((value, index) => {
          assert.ok(Math.abs(value - found[index]!) <= 1e-5 * largest, `${name} ${index}: ${value} ${found[index]}`);
        });
      }
    });
  }

  const others: Record<string, Convolution> = {
    'a larger window': { filter: [3, 1, 3, 2] },
    strides: { filter: [1, 1, 3, 2], strides: 2 },
  };
  for (const [what, convolution] of Object.entries(others)) {
    test(`is not rewritten with ${what}`, () => {
      assert.equal(computeWith([rewritePointwiseConvolution], convolution).rewritten, false);
    });
  }
});
