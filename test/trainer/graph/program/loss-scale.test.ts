import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { averaged } from '../../../../src/trainer/training/optimizers/averaged.js';
import { createCompiledStep } from '../../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import type {
  Optimizer,
  Program,
  Step,
  StepInputs,
  StepState,
  Weight,
} from '../../../../src/trainer/graph/program/program.js';
import type { Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { adam, tracedAdam } from '../optimizers.js';
import { smallNet, smallNetInputs } from '../programs.js';
import { assertEqualStates, valuesOf } from '../step-suite.js';

const cacheDir = mkdtempSync(path.join(tmpdir(), 'loss-scale-'));
after(() => rmSync(cacheDir, { recursive: true }));

const PATHS: Record<string, (program: Program) => Step> = {
  'op by op': createEagerStep,
  compiled: (program) => createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) }),
};
const RULES: Record<string, Optimizer> = {
  'a kernel': adam,
  'its own arithmetic': tracedAdam,
  'a kernel and an average that follows it': averaged(adam, 0.9),
};
const inputs: StepInputs = { ...smallNetInputs(), ema_decay: 0.9, overflow: 0 };
const SCALE = '@loss_scale';
const GOOD = '@good_steps';

/** Adds the input `overflow` to one of the gradients. */
function float16(optimizer: Optimizer): Program {
  const program = smallNet({ optimizer, precision: 'float16' });
  const scalar = { shape: [], dtype: 'float32' } as const;
  return {
    ...program,
    signature: `${program.signature} float16`,
    inputs: { ...program.inputs, ema_decay: scalar, overflow: scalar },
    accumulates: true,
    train(inputs, valueOf) {
      const outcome = program.train(inputs, valueOf);
      const [[weight, gradient]] = [...outcome.gradients] as [[Weight, Tensor]];
      return { ...outcome, gradients: new Map([...outcome.gradients, [weight, gradient.add(inputs['overflow']!)]]) };
    },
  };
}

/** A state with other numbers for the scale and the steps since it was changed. */
function scaled(state: StepState, scale: number, good: number): StepState {
  const scalar = (value: number) => ({ shape: [], values: Float32Array.of(value) });
  return new Map([...state, [SCALE, scalar(scale)], [GOOD, scalar(good)]]);
}

const scaleOf = (state: StepState): number[] => [...valuesOf(state, SCALE), ...valuesOf(state, GOOD)];

for (const [way, create] of Object.entries(PATHS)) {
  describe(`the loss scale of a float16 step, ${way}`, () => {
    const using = (optimizer: Optimizer, use: (step: Step) => void): void => {
      const step = create(float16(optimizer));
      try {
        use(step);
        assert.equal(step.kind === 'compiled', way === 'compiled');
      } finally {
        step.close();
      }
    };

    for (const [rule, optimizer] of Object.entries(RULES)) {
      test(`halves and skips the step if a gradient is not finite, with ${rule}`, () => {
        using(optimizer, (step) => {
          step.train(inputs);
          const before = scaled(step.read(), 256, 5);
          step.restore(before);
          step.train({ ...inputs, overflow: Infinity });
          const skipped = step.read();
          assert.deepEqual(scaleOf(skipped), [128, 0]);
          const statistics = ['bn/moving_mean', 'bn/moving_variance'].map(
            (name) => [name, skipped.get(name)!] as const,
          );
          assertEqualStates(scaled(skipped, 256, 5), new Map([...before, ...statistics]));

          step.restore(scaled(skipped, 1024, 0));
          step.train(inputs);
          assert.deepEqual(scaleOf(step.read()), [1024, 1]);
          assert.notDeepEqual(valuesOf(step.read(), 'dense/kernel'), valuesOf(skipped, 'dense/kernel'));
        });
      });
    }

    test('starts at 32,768 and doubles after 2,000 good steps', () => {
      using(adam, (step) => {
        assert.deepEqual(scaleOf(step.read()), [2 ** 15, 0]);
        step.train(inputs);
        assert.deepEqual(scaleOf(step.read()), [2 ** 15, 1]);
        step.restore(scaled(step.read(), 256, 1_998));
        step.train(inputs);
        assert.deepEqual(scaleOf(step.read()), [256, 1_999]);
        step.train(inputs);
        assert.deepEqual(scaleOf(step.read()), [512, 0]);
      });
    });

    test('does not change training beyond rounding', () => {
      using(adam, (step) => {
        step.train(inputs);
        const start = step.read();
        const [one, other] = [16, 4096].map((scale) => {
          step.restore(scaled(start, scale, 0));
          for (let index = 0; index < 5; index++) step.train(inputs);
          return valuesOf(step.read(), 'dense/kernel');
        }) as [number[], number[]];
        for (const [index, value] of one.entries()) assert.ok(Math.abs(value - other[index]!) < 1e-3, `${index}`);
      });
    });

    test('continues bit for bit from a saved state between two doublings', () => {
      using(adam, (step) => {
        step.train(inputs);
        step.restore(scaled(step.read(), 2 ** 40, 1_990));
        for (let index = 0; index < 8; index++) step.train(inputs);
        const saved = step.read();
        for (let index = 0; index < 30; index++) step.train(inputs);
        using(adam, (another) => {
          another.restore(saved);
          for (let index = 0; index < 30; index++) another.train(inputs);
          assertEqualStates(another.read(), step.read());
        });
      });
    });

    test('skips an accumulated step if one of its batches is not finite, and drops all its gradients', () => {
      using(adam, (step) => {
        step.train(inputs);
        const before = step.read();
        step.train(inputs);
        const expected = valuesOf(step.read(), 'dense/kernel');
        step.restore(before);
        step.accumulate({ ...inputs, overflow: NaN });
        step.train(inputs);
        assert.deepEqual(scaleOf(step.read()), [2 ** 14, 0]);
        assert.deepEqual(valuesOf(step.read(), 'dense/kernel'), valuesOf(before, 'dense/kernel'));
        step.restore(before);
        step.train(inputs);
        assert.deepEqual(valuesOf(step.read(), 'dense/kernel'), expected);
      });
    });
  });
}
