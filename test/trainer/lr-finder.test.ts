import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { EpochReport } from '../../src/core/trainer/training.js';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';
import { train } from '../../src/trainer/lr-finder.js';
import { smallTrial } from './small-trial.js';

const folder = mkdtempSync(path.join(tmpdir(), 'sweepwright-lr-finder-'));
for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Settings of optimizer, loss, augmentation and dropout that all affect a step. */
const RECIPE = { optimizer: 'adamw', gamma: 2, label_smoothing: 0.1, augment: 'light', mixup_alpha: 0.2, dropout: 0.3 };

test('a test at a constant rate takes the same steps as training, bit for bit', async () => {
  const trained = await ClassifierTrial.open(smallTrial(folder, RECIPE, {}));
  const { metrics } = await trained.runEpoch(1);
  const ofTraining = hashable(trained);
  trained.close();

  const tested = await ClassifierTrial.open(smallTrial(folder, { ...RECIPE, learning_rate: 1 }, {}));
  const losses: number[] = [];
  for await (const { learningRate, loss } of tested.trainAt([1e-3, 1e-3, 1e-3, 1e-3])) {
    assert.equal(learningRate, 1e-3);
    losses.push(loss);
  }
  assert.equal(losses.length, 4);
  assert.ok(Math.abs(losses.reduce((sum, loss) => sum + loss, 0) / 4 - metrics['loss']!) < 1e-12);
  assert.deepEqual(hashable(tested), ofTraining);
  tested.close();
});

/** All weights and the optimizer's state. */
const hashable = (trial: ClassifierTrial): unknown =>
  [...trial.step.read()].map(([name, { values }]) => [name, Buffer.from(values.buffer.slice(0)).toString('base64')]);

test('a test runs over several epochs and reports each step until it is told to stop', async () => {
  const reports: EpochReport[] = [];
  const stopAfter = 6;
  const context = smallTrial(
    folder,
    {},
    {
      report: (report) => {
        reports.push(report);
        return Promise.resolve(reports.length === stopAfter ? 'stop' : 'continue');
      },
    },
  );
  await train(context);
  // An epoch of the small trial has four steps.
  assert.deepEqual(
    reports.map(({ epoch }) => epoch),
    [1, 2, 3, 4, 5, 6],
  );
  for (const [index, { metrics }] of reports.entries()) {
    assert.deepEqual(Object.keys(metrics), ['learning_rate', 'loss', 'smoothed_loss']);
    assert.ok(Math.abs(metrics['learning_rate']! / (1e-7 * 10 ** (0.08 * index)) - 1) < 1e-9);
  }
  assert.equal(reports[0]!.metrics['smoothed_loss'], reports[0]!.metrics['loss']);
});

test('a test ends at the step where the smoothed loss exceeds four times its minimum', async () => {
  const reports: EpochReport[] = [];
  const context = smallTrial(
    folder,
    { optimizer: 'sgd' },
    {
      report: (report) => {
        reports.push(report);
        return Promise.resolve('continue');
      },
    },
  );
  await train(context);
  const losses = reports.map(({ metrics }) => metrics['smoothed_loss']!);
  const best = Math.min(...losses.filter(Number.isFinite));
  assert.ok(reports.length < 100, `${reports.length} steps`);
  assert.ok(losses.slice(0, -1).every((loss) => loss <= 4 * best));
  assert.ok(!(losses.at(-1)! <= 4 * best), `${losses.at(-1)}`);
});
