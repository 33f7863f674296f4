import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openGraphSession } from '../../../../src/trainer/graph/running/graph-session.js';
import type { NamedTensors, Program, StepInputs, Weight } from '../../../../src/trainer/graph/program/program.js';
import { rewriteWideDepthwiseGradient } from '../../../../src/trainer/graph/rewrites/rewrite-wide-depthwise-gradient.js';
import { checkInputs } from '../../../../src/trainer/graph/program/step-inputs.js';
import { initialState, listState } from '../../../../src/trainer/graph/program/step-state.js';
import { traceProgram } from '../../../../src/trainer/graph/tracing/trace-program.js';
import type { Rewrite } from '../../../../src/trainer/graph/tracing/tracer.js';
import { tf, type Tensor4D } from '../../../../src/trainer/graph/native/tensorflow.js';
import { tracedSgd } from '../optimizers.js';

interface Convolution {
  readonly image: readonly [number, number];
  readonly filter: readonly [number, number, number, number];
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
}

/** A depthwise convolution whose outputs are summed with random weights: one filter gradient. */
function convolve({ image, filter, strides = 1, padding = 'same' }: Convolution): {
  readonly program: Program;
  readonly inputs: StepInputs;
} {
  const kernel: Weight = {
    name: 'kernel',
    variable: tf.variable(tf.randomNormal([...filter], 0, 1, 'float32', 1)),
    trainable: true,
    depth: 0,
  };
  const shape = [2, ...image, filter[2]] as const;
  const x = tf.randomNormal([...shape], 0, 1, 'float32', 2);
  const sum = (inputs: NamedTensors) => {
    const y = tf.depthwiseConv2d(inputs['x'] as Tensor4D, kernel.variable as never, strides, padding);
    return y.square().mean();
  };
  const program: Program = {
    signature: '',
    inputs: { x: { shape, dtype: 'float32' }, learning_rate: { shape: [], dtype: 'float32' } },
    weights: [kernel],
    optimizer: tracedSgd,
    train(inputs) {
      const { value, grads } = tf.variableGrads(() => sum(inputs) as never, [kernel.variable]);
      return {
        outputs: { sum: value },
        gradients: new Map([[kernel, grads[kernel.variable.name]!]]),
        assignments: new Map(),
      };
    },
    evaluate: (inputs) => ({ sum: sum(inputs) }),
  };
  return { program, inputs: { x: x.dataSync<'float32'>(), learning_rate: 0 } };
}

function gradientWith(
  rewrites: readonly Rewrite[],
  convolution: Convolution,
): { gradient: Float32Array; rewritten: boolean } {
  const { program, inputs } = convolve(convolution);
  const entries = listState(program);
  const graph = traceProgram(program, entries, checkInputs(program.inputs, inputs), rewrites);
  const session = openGraphSession(graph);
  try {
    session.restore(initialState(program, entries));
    const gradient = session.trainForGradients(inputs)['kernel']!;
    return { gradient, rewritten: Buffer.from(graph.savedModel).includes('ConcatV2') };
  } finally {
    session.close();
  }
}

describe('the filter gradient of a depthwise convolution, split into 3 and 2 columns', () => {
  for (const strides of [1, 2]) {
    for (const image of [
      [8, 8],
      [7, 7],
      [9, 6],
      [6, 9],
      [3, 3],
      [1, 1],
      [2, 5],
    ] as const) {
      for (const filter of [
        [5, 5, 3, 1],
        [3, 5, 2, 2],
      ] as const) {
        test(`equals the gradient without the split: image ${image.join('x')}, filter ${filter.join('x')}, strides ${strides}`, () => {
          const convolution = { image, filter, strides };
          const [whole, parts] = [
            gradientWith([], convolution),
            gradientWith([rewriteWideDepthwiseGradient], convolution),
          ];
          assert.deepEqual([whole.rewritten, parts.rewritten], [false, true]);
          const largest = Math.max(...whole.gradient.map(Math.abs));
          whole.gradient.forEach((value, index) => {
            assert.ok(
              Math.abs(value - parts.gradient[index]!) <= 1e-5 * largest,
              `${index}: ${value} ${parts.gradient[index]}`,
            );
          });
        });
      }
    }
  }

  const others: Record<string, Convolution> = {
    'three columns': { image: [8, 8], filter: [5, 3, 2, 1] },
    'valid padding': { image: [8, 8], filter: [5, 5, 2, 1], padding: 'valid' },
  };
  for (const [what, convolution] of Object.entries(others)) {
    test(`is not split with ${what}`, () => {
      assert.equal(gradientWith([rewriteWideDepthwiseGradient], convolution).rewritten, false);
    });
  }
});
