import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { nativeBackend } from '../../../../src/trainer/graph/native/backend.js';
import { createCompiledStep, type CompiledStepOptions } from '../../../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../../../src/trainer/graph/running/eager-step.js';
import type { NamedTensors, Program, Step, ValueOf } from '../../../../src/trainer/graph/program/program.js';
import { createSessionPool } from '../../../../src/trainer/graph/running/session-pool.js';
import { tf } from '../../../../src/trainer/graph/native/tensorflow.js';
import { adam, sgd, tracedAdam, tracedSgd } from '../optimizers.js';
import { line, lineInputs, smallNet, smallNetInputs } from '../programs.js';
import { assertEqualStates, describeStep, valuesOf } from '../step-suite.js';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sweepwright-step-'));
  folders.push(folder);
  return folder;
}

/** Any warning fails the test, unless the test passes its own `warn`. */
function options(changes: Partial<CompiledStepOptions> = {}): CompiledStepOptions {
  return { cacheDir: freshFolder(), warn: (message) => assert.fail(message), ...changes };
}

/** A program that counts its runs. A graph from the cache does not run it at all. */
function counted(program: Program): Program & { readonly runs: () => number } {
  let runs = 0;
  const count =
    <Result>(run: (inputs: NamedTensors, valueOf: ValueOf) => Result) =>
    (inputs: NamedTensors, valueOf: ValueOf) => {
      runs += 1;
      return run(inputs, valueOf);
    };
  return {
    ...program,
    train: count((inputs, valueOf) => program.train(inputs, valueOf)),
    evaluate: count((inputs, valueOf) => program.evaluate(inputs, valueOf)),
    runs: () => runs,
  };
}

const cacheDir = freshFolder();
const sessions = createSessionPool({ limit: 4 });
after(() => sessions.close());
describeStep('a compiled step, traced', (program) => createCompiledStep(program, options()));
describeStep('a compiled step, from the cache', (program) => createCompiledStep(program, options({ cacheDir })));
describeStep('a compiled step, in a used session', (program) => createCompiledStep(program, options({ sessions })));

describe('a compiled step', () => {
  for (const [rule, optimizer] of Object.entries({ adam, tracedAdam, sgd, tracedSgd })) {
    test(`has the losses of the eager step within 1e-5 over 20 steps of ${rule}`, () => {
      const eager = createEagerStep(smallNet({ optimizer }));
      const compiled = createCompiledStep(smallNet({ optimizer }), options());
      for (let index = 0; index < 20; index++) {
        const inputs = smallNetInputs(4, 0.003);
        const lossesOf = (step: Step) => [step.train(inputs), step.evaluate(inputs)].map(({ loss }) => loss![0]!);
        const [expected, actual] = [lossesOf(eager), lossesOf(compiled)];
        const difference = Math.max(...actual.map((loss, which) => Math.abs(loss - expected[which]!)));
        assert.ok(difference < 1e-5, `step ${index}: ${actual.join()} instead of ${expected.join()}`);
      }
      assert.equal(compiled.kind, 'compiled');
      eager.close();
      compiled.close();
    });
  }

  test('does not run the program if its graph is in the cache', () => {
    const { cacheDir } = options();
    const compiled: string[] = [];
    const first = createCompiledStep(smallNet(), options({ cacheDir, onCompile: () => compiled.push('first') }));
    const losses = [first.train(smallNetInputs())['loss'], first.train(smallNetInputs())['loss']];
    first.close();

    const program = counted(smallNet());
    const second = createCompiledStep(program, options({ cacheDir, onCompile: () => compiled.push('second') }));
    assert.equal(second.kind, 'compiled');
    assert.deepEqual([second.train(smallNetInputs())['loss'], second.train(smallNetInputs())['loss']], losses);
    assert.equal(program.runs(), 0);
    assert.deepEqual(compiled, ['first'], 'only the first one says that it compiles, and once');
    second.close();
  });

  test('shares a graph only between trials with the same program', () => {
    const { cacheDir } = options();
    const graphs = (program: Program) => {
      const step = createCompiledStep(program, options({ cacheDir }));
      step.train(lineInputs);
      step.close();
      return readdirSync(path.join(cacheDir, 'graphs')).length;
    };
    assert.equal(graphs(line()), 1);
    assert.equal(graphs(line({ slope: tf.ones([2, 1]) })), 1);
    assert.equal(graphs(line({ signature: 'another' })), 2);
    assert.equal(graphs(line({ optimizer: tracedSgd })), 3);
  });

  for (const [damage, spoil] of Object.entries({
    'a cut end': (file: Buffer) => file.subarray(0, file.length - 10),
    'a changed byte': (file: Buffer) => {
      file[file.length >> 1]! ^= 1;
      return file;
    },
    'nothing left': () => Buffer.alloc(0),
  })) {
    test(`replaces a cached graph with ${damage}`, () => {
      const { cacheDir } = options();
      createAndTrain(line(), cacheDir);
      const [name] = readdirSync(path.join(cacheDir, 'graphs'));
      const file = path.join(cacheDir, 'graphs', name!);
      const intact = readFileSync(file);
      writeFileSync(file, spoil(Buffer.from(intact)));
      const program = counted(line());
      createAndTrain(program, cacheDir);
      assert.ok(program.runs() > 0);
      assert.deepEqual(readFileSync(file), intact);
      assert.deepEqual(readdirSync(path.join(cacheDir, 'graphs')), [name]);
    });
  }

  test('trains with a warning where graphs cannot be cached', () => {
    const file = path.join(freshFolder(), 'file');
    writeFileSync(file, '');
    const warnings: string[] = [];
    const step = createCompiledStep(line(), { cacheDir: file, warn: (message) => warnings.push(message) });
    step.train(lineInputs);
    assert.equal(step.kind, 'compiled');
    assert.match(warnings.join('\n'), /^the training graph could not be cached for later trials: ENOTDIR/);
    step.close();
  });

  test('falls back to the eager step, with a warning, if the graph differs from the program', () => {
    const program = line();
    const chancy: Program = {
      ...program,
      train(inputs, valueOf) {
        const outcome = program.train(inputs, valueOf);
        const noise = tf.randomUniform([2, 1], 0, 100);
        return { ...outcome, gradients: new Map([...outcome.gradients].map(([w, g]) => [w, g.add(noise)])) };
      },
    };
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    const { cacheDir } = options();
    const step = createCompiledStep(chancy, { cacheDir, warn });
    const before = step.read();
    step.evaluate(lineInputs);
    assert.equal(step.kind, 'eager');
    assert.match(warnings.join('\n'), /differs from the program in gradient of "slope" by [\d.]+ \(allowed: [\d.]+\)$/);
    assertEqualStates(step.read(), before);
    step.train(lineInputs);
    assert.notDeepEqual(valuesOf(step.read(), 'slope'), [0, 0]);
    assert.equal(warnings.length, 1);
    assert.throws(() => readdirSync(path.join(cacheDir, 'graphs')), { code: 'ENOENT' });
    step.close();
  });

  test('detects an optimizer whose kernel differs from its update rule', () => {
    const warnings: string[] = [];
    const optimizer = {
      ...tracedAdam,
      kernel: { ...adam.kernel!, attributes: { use_locking: false, use_nesterov: true } },
    };
    const step = createCompiledStep(smallNet({ optimizer }), options({ warn: (message) => warnings.push(message) }));
    step.train(smallNetInputs());
    assert.match(warnings.join('\n'), /differs from the program in change of "stem\/kernel" by/);
    step.close();
  });

  test('falls back to the eager step if TensorFlow rejects the graph', () => {
    const warnings: string[] = [];
    const optimizer = { ...tracedSgd, kernel: { ...sgd.kernel!, op: 'ResourceApplyWish' } };
    const step = createCompiledStep(line({ optimizer }), options({ warn: (message) => warnings.push(message) }));
    step.train(lineInputs);
    assert.equal(step.kind, 'eager');
    assert.match(warnings.join('\n'), /it does not run: .*ResourceApplyWish/);
    step.close();
  });

  test('starts from a state restored before its first step', () => {
    const step = createCompiledStep(line(), options());
    step.restore(new Map([['slope', { shape: [2, 1], values: Float32Array.of(3, 4) }]]));
    step.train({ ...lineInputs, learning_rate: 0 });
    assert.equal(step.kind, 'compiled');
    assert.deepEqual(valuesOf(step.read(), 'slope'), [3, 4]);
    step.close();
  });

  test('supports constants of every type and shape', () => {
    const program = line();
    const constants = () => ({
      negative: tf.tensor1d(new Int32Array(300).fill(-7), 'int32'),
      mixed: tf.tensor1d([-1, 2 ** 31 - 1, 0], 'int32'),
      flags: tf.tensor1d([true, false]).cast('int32'),
      raised: tf.tensor1d(new Uint8Array(600).fill(1), 'bool').cast('float32'),
      zero: tf.tensor1d(new Float32Array(200).fill(-0)),
      odd: tf.tensor1d([Infinity, -0, 1e-45]),
      empty: tf.tensor2d([], [0, 3]),
    });
    const expected = Object.fromEntries(Object.entries(constants()).map(([name, tensor]) => [name, tensor.dataSync()]));
    const step = createCompiledStep({ ...program, evaluate: constants }, options());
    assert.deepEqual(step.evaluate(lineInputs), expected);
    assert.equal(step.kind, 'compiled');
    step.close();
  });

  test('accepts overflow if program and graph agree', () => {
    const program = line();
    const overflow = (inputs: NamedTensors) => ({ both: inputs['x']!.mul(1e38), none: inputs['x']!.mul(NaN) });
    const step = createCompiledStep({ ...program, evaluate: overflow }, options());
    assert.ok(step.evaluate(lineInputs)['none']!.every(Number.isNaN));
    assert.equal(step.kind, 'compiled');
    step.close();
  });

  test('does not change the variables of its program', () => {
    const program = line();
    createAndTrain(program, freshFolder());
    assert.deepEqual([...program.weights[0]!.variable.dataSync()], [0, 0]);
  });

  test('does not share state with another step of the same graph', () => {
    const { cacheDir } = options();
    const steps = [1, 2].map((seed) => createCompiledStep(smallNet({ seed }), options({ cacheDir })));
    const alone = createCompiledStep(smallNet({ seed: 1 }), options({ cacheDir }));
    for (let index = 0; index < 3; index++) alone.train(smallNetInputs());
    for (let index = 0; index < 3; index++) for (const step of steps) step.train(smallNetInputs());
    assertEqualStates(steps[0]!.read(), alone.read());
    assert.notDeepEqual(valuesOf(steps[1]!.read(), 'dense/kernel'), valuesOf(steps[0]!.read(), 'dense/kernel'));
    for (const step of [...steps, alone]) step.close();
  });

  test('passes its session to the next trial, which starts from its own weights', () => {
    const sessions = createSessionPool();
    const first = createCompiledStep(smallNet(), options({ sessions }));
    first.train(smallNetInputs());
    first.close();
    first.close();

    const program = counted(smallNet({ seed: 2 }));
    const reference = createCompiledStep(smallNet({ seed: 2 }), options());
    // Another cache folder: the graph can only come from the kept session.
    const second = createCompiledStep(program, options({ sessions }));
    assert.equal(second.kind, 'compiled');
    assertEqualStates(second.read(), reference.read());
    reference.train(smallNetInputs());
    second.train(smallNetInputs());
    assertEqualStates(second.read(), reference.read());
    assert.equal(program.runs(), 0);
    reference.close();
    second.close();
    sessions.close();
  });

  test("keeps at most the pool's limit of sessions, and none after the pool is closed", () => {
    const { binding } = nativeBackend();
    const before = binding.getNumOfSavedModels();
    const sessions = createSessionPool({ limit: 1 });
    const steps = ['a', 'b'].map((signature) => createCompiledStep(line({ signature }), options({ sessions })));
    for (const step of steps) step.train(lineInputs);
    assert.equal(binding.getNumOfSavedModels(), before + 2);
    for (const step of steps) step.close();
    assert.equal(binding.getNumOfSavedModels(), before + 1);
    sessions.close();
    sessions.close();
    assert.equal(binding.getNumOfSavedModels(), before);
    const late = createCompiledStep(line(), options({ sessions }));
    late.train(lineInputs);
    late.close();
    assert.equal(binding.getNumOfSavedModels(), before);
  });

  test('uses no more memory after 10,000 steps than after 2,000', () => {
    const { binding } = nativeBackend();
    const step = createCompiledStep(line(), options());
    const run = (steps: number) => {
      for (let index = 0; index < steps; index++) step.train(lineInputs);
    };
    run(2000);
    const [tensors, natives, memory] = [tf.memory().numTensors, binding.getNumOfTensors(), process.memoryUsage().rss];
    run(8000);
    assert.equal(tf.memory().numTensors, tensors);
    assert.equal(binding.getNumOfTensors(), natives);
    const growth = (process.memoryUsage().rss - memory) / 2 ** 20;
    // A leak of one tensor per step is at least 200 bytes per step.
    assert.ok(growth < 16, `${growth.toFixed(1)} MiB`);
    step.close();
  });
});

function createAndTrain(program: Program, cacheDir: string): void {
  const step = createCompiledStep(program, options({ cacheDir }));
  step.train(lineInputs);
  step.close();
}
