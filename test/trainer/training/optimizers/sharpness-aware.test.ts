import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { sharpnessAware } from '../../../../src/trainer/training/optimizers/sharpness-aware.js';
import { createCompiledStep } from '../../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import type { Optimizer, Program, Step, StepState } from '../../../../src/trainer/graph/program/program.js';
import { dropout } from '../../../../src/trainer/networks/ops/dropout.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertEqualStates } from '../../graph/step-suite.js';
import { assertClose, countTensors } from '../../tensors.js';
import { optimizerOf, release } from './given-gradients.js';

const cacheDir = mkdtempSync(path.join(tmpdir(), 'sam-'));
after(() => rmSync(cacheDir, { recursive: true }));

const START = [0.8, -1.5, 2];
const CURVATURE = [1, 4, 0.5];
const [RATE, RHO] = [0.05, 0.3];

/**
 * A bowl of three curvatures with noise on its slopes, as dropout makes it, and a count of passes, kept as a statistic:
 * loss = sum of mask * curvature * x^2 / 2.
 */
function noisyBowl(optimizer: Optimizer): Program {
  const point = { name: 'point', variable: tf.tidy(() => tf.variable(tf.tensor1d(START))), trainable: true, depth: 0 };
  const passes = { name: 'passes', variable: tf.tidy(() => tf.variable(tf.scalar(0))), trainable: false, depth: 0 };
  const scalars = ['learning_rate', 'rate', ...Object.keys(optimizer.inputs(0))];
  const lossAt = (x: Tensor, mask: Tensor) => x.square().mul(tf.tensor1d(CURVATURE)).mul(mask).sum().div(2);
  return {
    signature: 'noisy bowl',
    inputs: {
      ...Object.fromEntries(scalars.map((name) => [name, { shape: [], dtype: 'float32' } as const])),
      random_seed: { shape: [2], dtype: 'int32' },
    },
    weights: [point, passes],
    optimizer,
    train(inputs, valueOf) {
      const mask = dropout(tf.ones([3]), inputs['rate']!, { seed: inputs['random_seed']!, stream: 1 });
      const x = valueOf(point);
      const gradient = tf.grad((x: Tensor) => lossAt(x, mask))(x);
      return {
        outputs: { loss: lossAt(x, mask), mask },
        gradients: new Map([[point, gradient]]),
        assignments: new Map([[passes, passes.variable.add(lossAt(x, mask))]]),
      };
    },
    evaluate: (_, valueOf) => ({ point: valueOf(point) }),
  };
}

const feedsOf = (optimizer: Optimizer, step: number, rho = RHO) => ({
  learning_rate: RATE,
  rho,
  rate: 0.4,
  random_seed: Int32Array.of(step, 7),
  ...optimizer.inputs(step),
});

function running(create: (program: Program) => Step, optimizer: Optimizer, run: (step: Step) => void): void {
  const program = sharpnessAware(noisyBowl(optimizer));
  const step = create(program);
  try {
    run(step);
  } finally {
    step.close();
    release(program);
  }
}

const plain = optimizerOf({ name: 'sgd', momentum: 0 });
const PATHS: Record<string, (program: Program) => Step> = {
  'op by op': createEagerStep,
  compiled: (program) => createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) }),
};

for (const [way, create] of Object.entries(PATHS)) {
  describe(`sharpness-aware minimization, ${way}`, () => {
    it("takes the paper's steps, with the same noise in both passes", () => {
      // Algorithm 1 of arXiv 2010.01412 in float64, on the masks that the first pass drew.
      running(create, plain, (step) => {
        let point = START;
        let dropped = 0;
        for (let index = 0; index < 20; index++) {
          const { mask, loss } = step.train(feedsOf(plain, index));
          dropped += [...mask!].filter((value) => value === 0).length;
          const slope = (at: number[]) => at.map((x, place) => mask![place]! * CURVATURE[place]! * x);
          const expected = point.reduce((sum, x, place) => sum + (mask![place]! * CURVATURE[place]! * x * x) / 2, 0);
          assertClose(loss!, [expected], 1e-5);
          const ascent = slope(point);
          const norm = Math.hypot(...ascent);
          const worst = point.map((x, place) => (norm === 0 ? x : x + (RHO * ascent[place]!) / norm));
          point = point.map((x, place) => x - RATE * slope(worst)[place]!);
          assertClose(step.read().get('point')!.values, point, 1e-5);
        }
        assert.ok(dropped > 5);
        assert.equal(step.kind, way === 'compiled' ? 'compiled' : 'eager');
      });
    });

    it('updates moving statistics only in the first pass', () => {
      running(create, plain, (step) => {
        const { loss } = step.train(feedsOf(plain, 0));
        assertClose(step.read().get('passes')!.values, loss!, 1e-6);
      });
    });

    it('does not move if the gradient is zero', () => {
      running(create, plain, (step) => {
        const state = new Map([...step.read(), ['point', { shape: [3], values: new Float32Array(3) }] as const]);
        step.restore(state);
        step.train(feedsOf(plain, 0));
        assert.deepEqual([...step.read().get('point')!.values], [0, 0, 0]);
      });
    });

    it('continues bit for bit from a state that was read, with any optimizer, and leaks no tensors', () => {
      for (const name of ['sgd', 'rmsprop', 'adam', 'adamw', 'radam', 'ranger'] as const) {
        const optimizer = optimizerOf({ name, weightDecay: 0.01, gradientClipNorm: 1 });
        const before = countTensors();
        const states: StepState[] = [];
        running(create, optimizer, (step) => {
          for (let index = 0; index < 6; index++) {
            if (index === 3) states.push(step.read());
            step.train(feedsOf(optimizer, index));
          }
          states.push(step.read());
        });
        running(create, optimizer, (step) => {
          step.restore(states[0]!);
          for (let index = 3; index < 6; index++) step.train(feedsOf(optimizer, index));
          assertEqualStates(step.read(), states[1]!);
        });
        assert.deepEqual(countTensors(), before);
      }
    });
  });
}
