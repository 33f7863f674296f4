import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type NamedTensors,
  type Program,
  type Step,
  type StepInputs,
  type StepOutputs,
  type StepState,
  type TrainOutcome,
  ownValue,
} from '../../../src/trainer/graph/program/program.js';
import { tf } from '../../../src/trainer/graph/native/tensorflow.js';
import { adam, sgd, tracedAdam, tracedSgd } from './optimizers.js';
import { bowl, line, lineInputs, smallNet, smallNetInputs } from './programs.js';

/** The behaviour that every implementation of `Step` must have. */
export function describeStep(name: string, create: (program: Program) => Step): void {
  const using = (program: Program, use: (step: Step) => void): void => {
    const step = create(program);
    try {
      use(step);
    } finally {
      step.close();
    }
  };

  describe(name, () => {
    for (const [rule, optimizer] of Object.entries({ adam, tracedAdam, sgd, tracedSgd })) {
      test(`overfits a few images with ${rule}`, () => {
        using(smallNet({ optimizer }), (step) => {
          const losses = Array.from({ length: 30 }, () => step.train(smallNetInputs(4, 0.05))['loss']![0]!);
          assert.ok(losses.at(-1)! < losses[0]! - 0.02, losses.join(' '));
        });
      });
    }

    test('returns float32 and int32 outputs, and inputs that are also outputs', () => {
      using(smallNet(), (step) => {
        const { loss, predictions, rate } = step.train(smallNetInputs(4, 0.25));
        assert.equal(loss!.constructor, Float32Array);
        assert.equal(loss!.length, 1);
        assert.equal(predictions!.constructor, Int32Array);
        assert.equal(predictions!.length, 4);
        assert.deepEqual(rate, Float32Array.of(0.25));
      });
    });

    test('trains on batches of one', () => {
      using(smallNet({ batch: 1 }), (step) => {
        const first = step.train(smallNetInputs(1))['loss']![0]!;
        for (let index = 0; index < 5; index++) step.train(smallNetInputs(1));
        assert.ok(step.train(smallNetInputs(1))['loss']![0]! < first);
      });
    });

    test('uses the inputs of each call', () => {
      using(line(), (step) => {
        step.train({ ...lineInputs, learning_rate: 0 });
        assert.deepEqual(valuesOf(step.read(), 'slope'), [0, 0]);
        step.train({ ...lineInputs, learning_rate: 0.5 });
        // The gradient of the mean squared error at zero is -2 / 3 * transpose(x) * y.
        const [first, second] = valuesOf(step.read(), 'slope') as [number, number];
        assert.ok(Math.abs(first - 1) < 1e-5 && Math.abs(second - 14 / 3) < 1e-5, `${first} ${second}`);
      });
    });

    test('changes no state by evaluating, before and after the first step', () => {
      using(smallNet(), (step) => {
        for (let round = 0; round < 2; round++) {
          const before = step.read();
          const evaluated = step.evaluate(smallNetInputs());
          assertEqualStates(step.read(), before);
          assertEqualOutputs(step.evaluate(smallNetInputs()), evaluated);
          step.train(smallNetInputs());
        }
      });
    });

    test('updates moving statistics that evaluation then uses', () => {
      using(smallNet(), (step) => {
        step.train(smallNetInputs(4, 0));
        const { loss } = step.evaluate(smallNetInputs());
        const mean = valuesOf(step.read(), 'bn/moving_mean');
        assert.ok(mean.every((value) => value !== 0));
        step.train(smallNetInputs(4, 0));
        assert.notEqual(step.evaluate(smallNetInputs())['loss']![0], loss![0]);
      });
    });

    test('lists its whole state: weights, slots of trainable weights, scalars', () => {
      using(smallNet(), (step) => {
        const state = step.read();
        assert.deepEqual(state.get('narrow/depthwise')!.shape, [3, 3, 4, 2]);
        assert.deepEqual(state.get('narrow/depthwise@v')!.shape, [3, 3, 4, 2]);
        assert.deepEqual(state.get('@beta1_power')!.shape, []);
        assert.deepEqual(valuesOf(state, '@beta1_power'), [Math.fround(0.9)]);
        assert.ok(!state.has('bn/moving_mean@m'));
        assert.equal(state.size, 10 + 2 * 8 + 2);
      });
    });

    test('continues bit for bit from a state that was read', () => {
      let state: StepState = new Map();
      const continued: StepOutputs[] = [];
      let end: StepState = new Map();
      using(smallNet(), (step) => {
        for (let index = 0; index < 3; index++) step.train(smallNetInputs());
        state = step.read();
        for (let index = 0; index < 3; index++) continued.push(step.train(smallNetInputs()));
        end = step.read();
      });
      using(smallNet({ seed: 2 }), (step) => {
        step.train(smallNetInputs());
        step.restore(state);
        assertEqualStates(step.read(), state);
        for (const outputs of continued) assertEqualOutputs(step.train(smallNetInputs()), outputs);
        assertEqualStates(step.read(), end);
      });
    });

    test('shares no memory with the arrays that it takes and returns', () => {
      using(bowl(tf.ones([1000])), (step) => {
        step.train({ learning_rate: 0 });
        // TensorFlow takes over the memory of an array only if it happens to be aligned, so one try is not enough.
        for (let round = 0; round < 30; round++) {
          const given = new Float32Array(1000).fill(round);
          step.restore(new Map([['point', { shape: [1000], values: given }]]));
          const taken = step.read();
          given.fill(-1);
          assert.equal(step.read().get('point')!.values[0], round);
          step.train({ learning_rate: 0.25 });
          assert.equal(given[0], -1);
          assert.equal(taken.get('point')!.values[0], round);
          assert.equal(step.read().get('point')!.values[0], round / 2);
        }
      });
    });

    test('runs programs of every kind', () => {
      const outcomes = (program: Program, inputs: StepInputs = { learning_rate: 0.25 }) => {
        let outcome: readonly [StepOutputs, StepOutputs, StepState] | undefined;
        using(program, (step) => {
          outcome = [step.train(inputs), step.evaluate(inputs), step.read()];
        });
        return outcome!;
      };
      const scalar = outcomes(bowl(tf.scalar(4), { signature: 'scalar' }));
      assert.deepEqual(valuesOf(scalar[2], 'point'), [2]);

      const bottom = outcomes(bowl(tf.zeros([2]), { signature: 'no slope' }));
      assert.deepEqual(bottom[0], { height: Float32Array.of(0) });

      const mute = bowl(tf.ones([1]));
      const silent = outcomes({
        ...mute,
        signature: 'no outputs',
        train: (inputs, valueOf) => ({ ...mute.train(inputs, valueOf), outputs: {} }),
        evaluate: () => ({}),
      });
      assert.deepEqual([silent[0], silent[1], valuesOf(silent[2], 'point')], [{}, {}, [0.5]]);

      const plain = bowl(tf.ones([1]));
      const named = outcomes({
        ...plain,
        signature: 'names',
        train(inputs, valueOf) {
          const trained = plain.train(inputs, valueOf);
          const loss = trained.outputs['height']!;
          return { ...trained, outputs: { 'a,b': loss, 'a:1': loss, größe: inputs['learning_rate']! } };
        },
      });
      assert.deepEqual(named[0], {
        'a,b': Float32Array.of(1),
        'a:1': Float32Array.of(1),
        größe: Float32Array.of(0.25),
      });

      const still = bowl(tf.ones([1]));
      const fixed = still.weights.map((weight) => ({ ...weight, trainable: false }));
      const frozen = outcomes({
        ...still,
        signature: 'nothing to train',
        weights: fixed,
        train: (inputs, valueOf) => ({ ...still.train(inputs, valueOf), gradients: new Map() }),
      });
      assert.deepEqual([frozen[0], valuesOf(frozen[2], 'point')], [{ height: Float32Array.of(1) }, [1]]);
    });

    test('accepts inputs in shared memory', () => {
      using(line(), (step) => {
        const x = new Float32Array(new SharedArrayBuffer(24));
        x.set(lineInputs['x'] as Float32Array);
        const { loss } = step.train({ ...lineInputs, x });
        assert.deepEqual(loss, Float32Array.of(25 / 3));
      });
    });

    test('refuses a state with missing, extra or misshapen arrays and keeps its own', () => {
      using(line(), (step) => {
        const before = step.read();
        const state = new Map(before);
        state.delete('slope');
        state.set('slop', { shape: [2, 1], values: Float32Array.of(1, 2) });
        assert.throws(() => step.restore(state), {
          code: 'STEP_STATE',
          message: /"slope" is missing; "slop" is unknown/,
        });
        const turned = new Map([['slope', { shape: [1, 2], values: Float32Array.of(1, 2) }]]);
        assert.throws(() => step.restore(turned), {
          code: 'STEP_STATE',
          message: /"slope" has shape \[1, 2\], not \[2, 1\]/,
        });
        const short = new Map([['slope', { shape: [2, 1], values: Float32Array.of(1) }]]);
        assert.throws(() => step.restore(short), { code: 'STEP_STATE', message: /"slope" has 1 values, not 2/ });
        assertEqualStates(step.read(), before);
      });
    });

    test('refuses inputs that do not fit, and lists all of them', () => {
      using(line(), (step) => {
        const { y, learning_rate } = lineInputs as { y: Float32Array; learning_rate: number };
        const runs = [(inputs: StepInputs) => step.train(inputs), (inputs: StepInputs) => step.evaluate(inputs)];
        for (const run of runs) {
          assert.throws(() => run({ x: Float32Array.of(1), y: Int32Array.of(1, 2, 3), rate: learning_rate }), {
            code: 'STEP_INPUTS',
            message:
              /"x" must be 6 of float32.*"y" must be 3 of float32.*not 3 of int32.*"learning_rate" is missing.*"rate" is not an input/,
          });
          assert.throws(() => run({ x: 1, y, learning_rate }), { code: 'STEP_INPUTS', message: /"x" must be/ });
        }
        step.train(lineInputs);
      });
    });

    test('refuses a program that violates its contract', () => {
      const honest = line();
      const slope = honest.weights[0]!;
      const refuses = (changes: Partial<Program>, message: RegExp) => {
        assert.throws(
          () => using({ ...honest, signature: 'dishonest', ...changes }, (step) => step.train(lineInputs)),
          {
            code: 'STEP_PROGRAM',
            message,
          },
        );
      };
      const training = (changes: Partial<TrainOutcome>) => ({
        train: (inputs: NamedTensors) => ({ ...honest.train(inputs, ownValue), ...changes }),
      });
      refuses(training({ gradients: new Map() }), /"slope" has no gradient/);
      refuses(
        training({ gradients: new Map([[slope, tf.zeros([1, 2])]]) }),
        /"slope" is \[2, 1\], its gradient float32 \[1, 2\]/,
      );
      refuses(training({ assignments: new Map([[slope, slope.variable]]) }), /"slope" is among the assignments/);
      refuses(training({ outputs: { same: tf.equal(1, 1) } }), /output "same" is bool/);
      const stranger = { ...slope, name: 'stranger' };
      refuses(training({ assignments: new Map([[stranger, slope.variable]]) }), /"stranger" is not among/);
      refuses({ weights: [slope, slope] }, /two arrays of the state are called "slope"/);
    });

    test('cannot be used after it is closed', () => {
      const program = line();
      const step = create(program);
      step.train(lineInputs);
      step.close();
      step.close();
      const uses = [
        () => step.train(lineInputs),
        () => step.evaluate(lineInputs),
        () => step.read(),
        () => step.restore(new Map()),
      ];
      for (const use of uses) assert.throws(use, { code: 'STEP_CLOSED' });
    });

    test('leaks no tensors', () => {
      const program = smallNet();
      const before = tf.memory().numTensors;
      using(program, (step) => {
        step.evaluate(smallNetInputs());
        step.train(smallNetInputs());
        const during = tf.memory().numTensors;
        for (let index = 0; index < 3; index++) {
          step.train(smallNetInputs());
          step.evaluate(smallNetInputs());
          step.restore(step.read());
          assert.throws(() => step.train({}));
        }
        assert.equal(tf.memory().numTensors, during);
      });
      assert.equal(tf.memory().numTensors, before);
    });
  });
}

export function valuesOf(state: StepState, name: string): number[] {
  return [...state.get(name)!.values];
}

/** Compares bit for bit: NaN equals NaN, and 0 differs from -0. */
export function assertEqualStates(actual: StepState, expected: StepState): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [name, { shape, values }] of expected) {
    assert.deepEqual(actual.get(name)!.shape, shape, name);
    assert.ok(
      values.every((value, index) => Object.is(value, actual.get(name)!.values[index])),
      name,
    );
  }
}

function assertEqualOutputs(actual: StepOutputs, expected: StepOutputs): void {
  assert.deepEqual(actual, expected);
}
