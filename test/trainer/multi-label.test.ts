import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EpochReport } from '../../src/core/trainer/training.js';
import { train } from '../../src/trainer/image-classifier.js';
import { MultiLabelAccumulator } from '../../src/trainer/training/metrics/multi-label-accumulator.js';
import { png, temporaryFolder, writeFiles } from './data/files.js';
import { smallTrial } from './small-trial.js';

test('metrics of several labels count each class separately, at a threshold of 0.5', () => {
  const accumulator = new MultiLabelAccumulator(3);
  const losses = Float32Array.of(0.5, 1.5, 9);
  const logits = Float32Array.of(2, -1, -3, 1, 1, -2, 9, 9, 9);
  const targets = Float32Array.of(1, 0, 0, 1, 0, 1, 0, 0, 0);
  assert.equal(accumulator.add({ targets, count: 2 }, { losses, logits }), 1);
  const entropy = (logit: number, target: number): number =>
    target === 1 ? Math.log(1 + Math.exp(-logit)) : Math.log(1 + Math.exp(logit));
  const sum = [2, -1, -3, 1, 1, -2].reduce((total, logit, index) => total + entropy(logit, targets[index]!), 0);
  const metrics = accumulator.metrics('val_');
  assert.ok(Math.abs(metrics['val_cross_entropy']! - sum / 6) < 1e-6);
  assert.deepEqual(
    [metrics['val_loss'], metrics['val_accuracy'], metrics['val_macro_f1'], metrics['val_balanced_accuracy']],
    // F1 of the classes: 1, 0 (one false alarm), 0 (one miss).
    [1, 0.5, 1 / 3, (0.5 + 0.25 + 0.5) / 3],
  );
  const other = new MultiLabelAccumulator(3);
  other.restore(accumulator.state());
  assert.deepEqual(other.metrics('val_'), metrics);
});

async function trial(t: TestContext, loss: string | undefined): Promise<EpochReport[]> {
  const folder = temporaryFolder(t);
  const lines = ['image,labels'];
  for (let image = 0; image < 24; image++) {
    writeFiles(folder, {
      [`${image}.png`]: await png([image % 2 === 0 ? 255 : 0, image % 3 === 0 ? 255 : 0, 9 * image]),
    });
    lines.push(`${image}.png,${image % 2 === 0 ? 'red' : 'dark'}${image % 3 === 0 ? ' green' : ''}`);
  }
  writeFiles(folder, { 'table.csv': lines.join('\n') });
  for (const name of ['cache', 'checkpoints']) mkdirSync(join(folder, name));
  const reports: EpochReport[] = [];
  const params = { loss, label_separator: ' ', batch_size: 4, train_samples: undefined, validation_samples: undefined };
  const report = (epoch: EpochReport): Promise<'continue'> => {
    reports.push(epoch);
    return Promise.resolve('continue');
  };
  await train(smallTrial(folder, params, { dataset: join(folder, 'table.csv'), report }));
  return reports;
}

test('a table with several labels per image trains with the sigmoid focal loss', async (t) => {
  const [report] = await trial(t, 'sigmoid_focal');
  const { val_loss, val_macro_f1, val_accuracy } = report!.metrics;
  assert.ok(Number.isFinite(val_loss));
  assert.ok(val_macro_f1! >= 0 && val_macro_f1! <= 1 && val_accuracy! >= 0 && val_accuracy! <= 1);
  assert.equal(report!.classes, undefined);
});

test('a table with several labels per image is refused with a loss for one label', async (t) => {
  await assert.rejects(trial(t, undefined), { code: 'LOSS_UNFIT', hint: /sigmoid_focal/ });
});
