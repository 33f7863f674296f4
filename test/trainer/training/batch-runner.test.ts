import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Metrics, TrainingContext } from '../../../src/core/trainer/training.js';
import { ClassifierTrial } from '../../../src/trainer/training/classifier-trial.js';
import type { StepState } from '../../../src/trainer/graph/program/program.js';
import { smallTrial, type Changes } from '../small-trial.js';
import { assertEqualStates } from '../graph/step-suite.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'batch-runner-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

/** No randomness and no batch statistics, so the result does not depend on how batches are split. */
const HEAD = { unfreeze: 'head', dropout: 0, drop_connect: 0, train_samples: 18, validation_samples: 10 };

async function outcome(params: Changes, more: Partial<TrainingContext> = {}, epochs = [1], from?: StepState) {
  const trial = await ClassifierTrial.open(smallTrial(folder, params, more));
  try {
    if (from !== undefined) trial.step.restore(from);
    const metrics: Metrics[] = [];
    const states: StepState[] = [];
    for (const epoch of epochs) {
      metrics.push((await trial.runEpoch(epoch)).metrics);
      states.push(trial.step.read());
    }
    return { metrics, states, kind: trial.step.kind };
  } finally {
    trial.close();
  }
}

function assertSameCurve(actual: readonly Metrics[], expected: readonly Metrics[]): void {
  for (const [index, metrics] of expected.entries()) {
    for (const name of ['loss', 'val_loss']) {
      const [a, b] = [actual[index]![name]!, metrics[name]!];
      assert.ok(Math.abs(a / b - 1) < 1e-4, `${name} of epoch ${index + 1}: ${a} instead of ${b}`);
    }
  }
}

const isFinite = (metrics: readonly Metrics[]): boolean =>
  metrics.every((each) => Object.values(each).every(Number.isFinite));

describe('a trial that splits its batches', () => {
  it('has the same curve as with whole batches, also with accumulated batches', async () => {
    const settings = { ...HEAD, learning_rate: 0.01, epochs: 2 };
    const whole = await outcome(settings, {}, [1, 2]);
    const parts = await outcome(settings, { microBatch: 3 }, [1, 2]);
    assert.deepEqual([whole.kind, parts.kind], ['compiled', 'compiled']);
    assertSameCurve(parts.metrics, whole.metrics);
    const gathered = await outcome({ ...settings, compile: false, batch_size: 4, accumulate_steps: 2 }, {}, [1, 2]);
    assertSameCurve(gathered.metrics, whole.metrics);
    assert.deepEqual(gathered.states[1]!.get('@beta1_power'), whole.states[1]!.get('@beta1_power'));
  });

  it('is refused if there are fewer images than one step needs', async () => {
    await assert.rejects(outcome({ ...HEAD, accumulate_steps: 3 }), {
      code: 'BATCH_TOO_LARGE',
      message: /batch_size is 8, accumulate_steps 3, more than the 18 images to train on/,
    });
  });
});

describe('the settings of loss, optimizer and schedule', () => {
  it('work together, with split batches, and compiled bit for bit like eager steps', async () => {
    const settings = {
      ...HEAD,
      dropout: 0.4,
      optimizer: 'ranger',
      weight_decay: 0.01,
      sam: true,
      gradient_clip_norm: 1,
      ema_decay: 0.9,
      layer_decay: 0.8,
      label_smoothing: 0.1,
      alpha: 'balanced',
      gamma: 1.5,
      schedule: 'cosine',
      warmup_epochs: 0.5,
      epochs: 2,
    };
    const { metrics, states, kind } = await outcome(settings, { microBatch: 5 }, [1, 2]);
    assert.equal(kind, 'compiled');
    assert.ok(isFinite(metrics));
    const continued = await outcome(settings, { microBatch: 5 }, [2], states[0]);
    assert.deepEqual(continued.metrics[0], metrics[1]);
    assertEqualStates(continued.states[0]!, states[1]!);
  });

  it('change the learning rate at every step', async () => {
    const settings = { ...HEAD, compile: false, optimizer: 'sgd', momentum: 0, epochs: 2 };
    const { states } = await outcome({ ...settings, schedule: 'step', decay_epochs: 1, decay_rate: 1e-30 }, {}, [1, 2]);
    const kernelOf = (state: StepState) => state.get('predictions/kernel')!.values;
    assert.deepEqual(kernelOf(states[1]!), kernelOf(states[0]!));
    const constant = await outcome(settings, {}, [1, 2]);
    assert.deepEqual(kernelOf(constant.states[0]!), kernelOf(states[0]!));
    assert.notDeepEqual(kernelOf(constant.states[1]!), kernelOf(states[1]!));
  });

  it('validate with the average of the weights', async () => {
    const settings = { ...HEAD, compile: false, optimizer: 'sgd', learning_rate: 0.1 };
    const plain = await outcome(settings);
    const averaged = await outcome({ ...settings, ema_decay: 0.999 });
    assert.equal(averaged.metrics[0]!['loss'], plain.metrics[0]!['loss']);
    assert.notEqual(averaged.metrics[0]!['val_loss'], plain.metrics[0]!['val_loss']);
  });

  it('train one sigmoid per class, weighted by the effective number of images', async () => {
    const settings = { ...HEAD, loss: 'sigmoid_focal', gamma: 2, learning_rate: 1e-6 };
    const [plain, weighed] = [await outcome(settings), await outcome({ ...settings, alpha: 'effective' })];
    assert.ok(isFinite([...plain.metrics, ...weighed.metrics]));
    assert.equal(weighed.kind, 'compiled');
    assert.notEqual(weighed.metrics[0]!['loss'], plain.metrics[0]!['loss']);
  });

  it('are refused if alpha does not have one number per class', async () => {
    await assert.rejects(outcome({ alpha: [1, 2] }), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'PARAMETER_INVALID');
      assert.match(error.hint, /10 classes/);
      return true;
    });
    await assert.rejects(outcome({ loss: 'sigmoid_focal', alpha: Array<number>(10).fill(2) }), {
      code: 'PARAMETER_INVALID',
    });
  });
});
