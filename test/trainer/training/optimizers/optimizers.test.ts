import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { OptimizerSettings } from '../../../../src/trainer/training/parameters/optimizer.js';
import { createCompiledStep } from '../../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import type { Optimizer, Program, Step, StepState } from '../../../../src/trainer/graph/program/program.js';
import { assertEqualStates } from '../../graph/step-suite.js';
import { assertClose, countTensors } from '../../tensors.js';
import { feeds, givenGradients, gradients, LEARNING_RATE, optimizerOf, release } from './given-gradients.js';

/** Twenty steps of Keras' and PyTorch's optimizers: test/reference/optimizers.py made them. */
const reference = JSON.parse(
  readFileSync(new URL('../../../../../test/reference/optimizers.json', import.meta.url), 'utf8'),
) as { learningRate: number; paths: Record<string, number[][]> };

const REFERENCES: Record<string, Partial<OptimizerSettings>> = {
  sgd: { name: 'sgd' },
  sgdNesterov: { name: 'sgd', nesterov: true },
  sgdWeightDecay: { name: 'sgd', weightDecay: 0.1 },
  rmsprop: { name: 'rmsprop', momentum: 0, beta2: 0.9 },
  rmspropMomentum: { name: 'rmsprop', momentum: 0.5, beta2: 0.9 },
  adam: {},
  adamClipped: { gradientClipNorm: 0.5 },
  adamWeightDecay: { weightDecay: 0.1, epsilon: 1e-12 },
  adamw: { name: 'adamw', weightDecay: 0.1, epsilon: 1e-12 },
  radam: { name: 'radam' },
  radamWeightDecay: { name: 'radam', weightDecay: 0.1 },
};

/** All settings, alone and combined. */
const VARIANTS: Record<string, Partial<OptimizerSettings>> = {
  ...REFERENCES,
  ranger: { name: 'ranger', weightDecay: 0.01, lookaheadSteps: 3 },
  'sgd with lookahead': { name: 'sgd', lookahead: true, lookaheadSteps: 2, lookaheadAlpha: 0.8 },
  'adam with an average': { emaDecay: 0.9 },
  'adamw with everything': {
    name: 'adamw',
    weightDecay: 0.1,
    lookahead: true,
    lookaheadSteps: 4,
    gradientClipNorm: 0.3,
    emaDecay: 0.99,
  },
  'rmsprop with everything': { name: 'rmsprop', weightDecay: 0.1, lookahead: true, gradientClipNorm: 1, emaDecay: 0.5 },
};

const cacheDir = mkdtempSync(path.join(tmpdir(), 'optimizers-'));
after(() => rmSync(cacheDir, { recursive: true }));

const PATHS: Record<string, (program: Program) => Step> = {
  'op by op': createEagerStep,
  compiled: (program) => createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) }),
};

/** Runs a program of given gradients and frees it. */
function running<Result>(
  create: (program: Program) => Step,
  optimizer: Optimizer,
  run: (step: Step) => Result,
): Result {
  const program = givenGradients(optimizer);
  const step = create(program);
  try {
    return run(step);
  } finally {
    step.close();
    release(program);
  }
}

const weightsOf = (state: StepState): number[] => ['kernel', 'bias'].flatMap((name) => [...state.get(name)!.values]);

/** Weights after each of so many steps. */
function trajectory(step: Step, optimizer: Optimizer, steps = 20): number[][] {
  return Array.from({ length: steps }, (_, index) => {
    step.train(feeds(optimizer, index));
    return weightsOf(step.read());
  });
}

for (const [way, create] of Object.entries(PATHS)) {
  describe(`optimizers, ${way}`, () => {
    for (const [name, changes] of Object.entries(REFERENCES)) {
      it(`take 20 steps of ${name} as its reference does`, () => {
        const optimizer = optimizerOf(changes);
        const actual = running(create, optimizer, (step) => trajectory(step, optimizer));
        assert.equal(reference.learningRate, LEARNING_RATE);
        assertClose(actual.flat(), reference.paths[name]!.flat(), 1e-5);
      });
    }

    for (const [name, changes] of Object.entries(VARIANTS)) {
      it(`continue bit for bit from a state that was read: ${name}`, () => {
        const optimizer = optimizerOf(changes);
        const end = running(create, optimizer, (step) => {
          const seen: StepState[] = [];
          for (let index = 0; index < 10; index++) {
            if (index === 5) seen.push(step.read());
            step.train(feeds(optimizer, index));
          }
          return [...seen, step.read()] as [StepState, StepState];
        });
        running(create, optimizer, (step) => {
          step.train(feeds(optimizer, 0));
          step.restore(end[0]);
          for (let index = 5; index < 10; index++) step.train(feeds(optimizer, index));
          assertEqualStates(step.read(), end[1]);
        });
      });
    }

    it('leak no tensors', () => {
      for (const changes of Object.values(VARIANTS)) {
        const optimizer = optimizerOf(changes);
        const before = countTensors();
        running(create, optimizer, (step) => {
          step.train(feeds(optimizer, 0));
          const during = countTensors();
          for (let index = 1; index < 7; index++) step.train(feeds(optimizer, index));
          assert.deepEqual(countTensors(), during);
        });
        assert.deepEqual(countTensors(), before);
      }
    });

    it('apply layer_decay by distance from the output', () => {
      const optimizer = optimizerOf({ name: 'sgd', momentum: 0 });
      running(create, optimizer, (step) => {
        const before = step.read();
        step.train(feeds(optimizer, 0, { layer_decay: 0.25 }));
        const { kernel, bias } = gradients(0);
        const changed = (name: string) =>
          [...step.read().get(name)!.values].map((value, index) => before.get(name)!.values[index]! - value);
        assertClose(
          changed('kernel'),
          [...kernel].map((value) => 0.01 * value),
          1e-6,
        );
        assertClose(
          changed('bias'),
          [...bias].map((value) => 0.0025 * value),
          1e-6,
        );
      });
    });

    it("validate with TensorFlow's moving average if ema_decay is set", () => {
      const optimizer = optimizerOf({ name: 'sgd', momentum: 0, emaDecay: 0.9 });
      const averages = running(create, optimizer, (step) =>
        Array.from({ length: 20 }, (_, index) => {
          step.train(feeds(optimizer, index));
          const { kernel, bias } = step.evaluate(feeds(optimizer, index));
          return [...kernel!, ...bias!];
        }),
      );
      assertClose(averages.flat(), reference.paths['average']!.flat(), 1e-5);
    });
  });
}

describe('optimizers', () => {
  for (const [name, changes] of Object.entries(VARIANTS)) {
    it(`give the same weights eagerly and compiled: ${name}`, () => {
      const optimizer = optimizerOf(changes);
      const [eager, compiled] = Object.values(PATHS).map((create) =>
        running(create, optimizer, (step) => [trajectory(step, optimizer), step.kind] as const),
      );
      assert.deepEqual([eager![1], compiled![1]], ['eager', 'compiled']);
      assertClose(compiled![0].flat(), eager![0].flat(), 2e-6);
    });
  }

  it('update the slow weights of Lookahead as in the paper', () => {
    // Algorithm 1 of arXiv 1907.08610 over plain gradient descent, in float64.
    const [k, alpha] = [3, 0.4];
    const optimizer = optimizerOf({
      name: 'sgd',
      momentum: 0,
      lookahead: true,
      lookaheadSteps: k,
      lookaheadAlpha: alpha,
    });
    running(createEagerStep, optimizer, (step) => {
      let slow = weightsOf(step.read());
      let fast = slow;
      for (let index = 0; index < 10; index++) {
        const { kernel, bias } = gradients(index);
        const gradient = [...kernel, ...bias];
        fast = fast.map((value, place) => value - LEARNING_RATE * gradient[place]!);
        if ((index + 1) % k === 0) {
          slow = slow.map((value, place) => value + alpha * (fast[place]! - value));
          fast = slow;
        }
        step.train(feeds(optimizer, index));
        assertClose(weightsOf(step.read()), fast, 1e-6);
      }
    });
  });

  it('combine RAdam and Lookahead into Ranger', () => {
    const [ranger, both] = [optimizerOf({ name: 'ranger' }), optimizerOf({ name: 'radam', lookahead: true })];
    const path = (optimizer: Optimizer) =>
      running(createEagerStep, optimizer, (step) => trajectory(step, optimizer, 12));
    assert.deepEqual(path(ranger), path(both));
    assert.notDeepEqual(path(ranger), path(optimizerOf({ name: 'radam' })));
  });
});
