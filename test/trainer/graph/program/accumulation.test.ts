import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { sharpnessAware } from '../../../../src/trainer/training/optimizers/sharpness-aware.js';
import { createCompiledStep } from '../../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import type { Optimizer, Program, Step } from '../../../../src/trainer/graph/program/program.js';
import { feeds, givenGradients, gradients, optimizerOf, release } from '../../training/optimizers/given-gradients.js';
import { assertClose, countTensors } from '../../tensors.js';
import { line, lineInputs } from '../programs.js';
import { assertEqualStates, valuesOf } from '../step-suite.js';

const cacheDir = mkdtempSync(path.join(tmpdir(), 'accumulation-'));
after(() => rmSync(cacheDir, { recursive: true }));

const PATHS: Record<string, (program: Program) => Step> = {
  'op by op': createEagerStep,
  compiled: (program) => createCompiledStep(program, { cacheDir, warn: (message) => assert.fail(message) }),
};

function running(
  create: (program: Program) => Step,
  optimizer: Optimizer,
  run: (step: Step) => void,
  wrap: (program: Program) => Program = (program) => program,
): void {
  const program = wrap(givenGradients(optimizer, { accumulates: true }));
  const step = create(program);
  try {
    run(step);
  } finally {
    step.close();
    release(program);
  }
}

/** The mean of some steps' gradients, weighted, in float64. */
function meanOf(weights: ReadonlyMap<number, number>): { kernel: Float32Array; bias: Float32Array } {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const mean = (name: 'kernel' | 'bias') =>
    gradients(0)[name].map((_, place) =>
      [...weights].reduce((sum, [step, weight]) => sum + (weight / total) * gradients(step)[name][place]!, 0),
    );
  return { kernel: mean('kernel'), bias: mean('bias') };
}

const VARIANTS = {
  sgd: optimizerOf({ name: 'sgd' }),
  adam: optimizerOf({}),
  'adamw, clipped': optimizerOf({ name: 'adamw', weightDecay: 0.1, gradientClipNorm: 0.3, emaDecay: 0.9 }),
  ranger: optimizerOf({ name: 'ranger', lookaheadSteps: 2 }),
};

for (const [way, create] of Object.entries(PATHS)) {
  describe(`accumulated gradients, ${way}`, () => {
    for (const [name, optimizer] of Object.entries(VARIANTS)) {
      it(`give the same steps as their weighted mean, with ${name}`, () => {
        running(create, optimizer, (gathering) => {
          running(create, optimizer, (whole) => {
            for (let index = 0; index < 6; index++) {
              const weights = new Map([
                [3 * index, 4],
                [3 * index + 1, 1],
                [3 * index + 2, 2.5],
              ]);
              for (const [batch, weight] of weights) {
                const inputs = feeds(optimizer, index, { ...gradients(batch), batch_weight: weight });
                if (batch % 3 === 2) gathering.train(inputs);
                else gathering.accumulate(inputs);
              }
              whole.train(feeds(optimizer, index, meanOf(weights)));
            }
            for (const [entry, { values }] of whole.read())
              assertClose(valuesOf(gathering.read(), entry), values, 2e-5);
            assert.equal(gathering.kind, way === 'compiled' ? 'compiled' : 'eager');
          });
        });
      });
    }

    it('are used for one step only', () => {
      const optimizer = VARIANTS.sgd;
      running(create, optimizer, (step) => {
        step.accumulate(feeds(optimizer, 0));
        step.train(feeds(optimizer, 1));
        const state = step.read();
        step.train(feeds(optimizer, 2));
        const after = step.read();
        running(create, optimizer, (fresh) => {
          fresh.restore(state);
          fresh.train(feeds(optimizer, 2));
          assertEqualStates(fresh.read(), after);
        });
      });
    });

    it('change no weight before the step, and are dropped by a restore', () => {
      const optimizer = VARIANTS.adam;
      running(create, optimizer, (step) => {
        const before = step.read();
        step.accumulate(feeds(optimizer, 5));
        step.accumulate(feeds(optimizer, 6));
        assertEqualStates(step.read(), before);
        step.restore(before);
        step.train(feeds(optimizer, 0));
        const after = step.read();
        running(create, optimizer, (fresh) => {
          fresh.train(feeds(optimizer, 0));
          assertEqualStates(fresh.read(), after);
        });
      });
    });

    it('work with sharpness-aware minimization', () => {
      const optimizer = VARIANTS.sgd;
      const take = (step: Step) => {
        step.accumulate(feeds(optimizer, 0, { rho: 0.1 }));
        step.train(feeds(optimizer, 1, { rho: 0.1 }));
      };
      // These gradients do not depend on the weights, so SAM does not change them.
      running(
        create,
        optimizer,
        (sharp) => {
          take(sharp);
          running(create, optimizer, (plain) => {
            plain.accumulate(feeds(optimizer, 0));
            plain.train(feeds(optimizer, 1));
            assertEqualStates(sharp.read(), plain.read());
          });
        },
        sharpnessAware,
      );
    });

    it('are refused if the program does not accumulate', () => {
      const step = create(line());
      step.train(lineInputs);
      assert.throws(() => step.accumulate(lineInputs), { code: 'STEP_PROGRAM', message: /accumulates/ });
      step.close();
    });

    it('leak no tensors', () => {
      const optimizer = VARIANTS.adam;
      const before = countTensors();
      running(create, optimizer, (step) => {
        const round = () => {
          step.accumulate(feeds(optimizer, 0));
          step.train(feeds(optimizer, 1));
          step.accumulate(feeds(optimizer, 2));
          step.restore(step.read());
        };
        round();
        const during = countTensors();
        for (let index = 0; index < 3; index++) round();
        assert.deepEqual(countTensors(), during);
        step.accumulate(feeds(optimizer, 3));
      });
      assert.deepEqual(countTensors(), before);
    });
  });
}
