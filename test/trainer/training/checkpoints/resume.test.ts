import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EpochReport, TrainingContext } from '../../../../src/core/trainer/training.js';
import { readArrays } from '../../../../src/trainer/training/checkpoints/array-file.js';
import { train } from '../../../../src/trainer/image-classifier.js';
import { smallTrial, type Changes } from '../../small-trial.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'resume-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const EPOCHS = 3;
const INTERRUPTED = new Error('interrupted');

/** The reports of an attempt until it ends or is interrupted, without timings. */
async function attempt(params: Changes, more: Partial<TrainingContext> & { readonly checkpointDir: string }) {
  const reports: Omit<EpochReport, 'inputWait'>[] = [];
  const report = ({ inputWait, ...rest }: EpochReport) => {
    assert.ok(inputWait !== undefined && inputWait >= 0 && inputWait <= 1, `waited for input ${inputWait}`);
    reports.push(rest);
    return Promise.resolve('continue' as const);
  };
  mkdirSync(more.checkpointDir, { recursive: true });
  const small = { epochs: EPOCHS, train_samples: 27, validation_samples: 12, ...params };
  try {
    await train(smallTrial(folder, small, { report, ...more }));
  } catch (error) {
    assert.equal(error, INTERRUPTED);
  }
  return reports;
}

/** Interrupts like a message from the host: when the thread is free, not in the middle of a step. */
function interruptedAt(epoch: number, step: number): Pick<TrainingContext, 'signal' | 'progress'> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    progress: (at) => {
      if ('epoch' in at && at.epoch === epoch && at.step === step) controller.abort(INTERRUPTED);
    },
  };
}

function weights(checkpointDir: string): Map<string, Buffer> {
  const read = readArrays(path.join(checkpointDir, `epoch-000${EPOCHS}.ckpt`));
  assert.ok(read.whole);
  return new Map([...read.arrays].map(([name, { values }]) => [name, Buffer.from(values.buffer)]));
}

/** All settings that keep state, and all that use random numbers. */
const ELABORATE = {
  ...{ optimizer: 'ranger', lookahead_steps: 2, ema_decay: 0.9, schedule: 'plateau', plateau_patience: 0 },
  ...{ learning_rate: 0.01, augment: 'light', mixup_alpha: 0.2 },
};

for (const [name, params] of [
  ['compiled', ELABORATE],
  ['op by op', { compile: false }],
] as const) {
  describe(`a trial that is interrupted and resumed, ${name}`, () => {
    const folderOf = (purpose: string): string => path.join(folder, `${name} ${purpose}`);
    let whole: { readonly reports: Omit<EpochReport, 'inputWait'>[]; readonly weights: Map<string, Buffer> };
    before(async () => {
      const reports = await attempt(params, { checkpointDir: folderOf('whole') });
      whole = { reports, weights: weights(folderOf('whole')) };
    });

    it('has the same curve and weights after a kill between two epochs', async () => {
      const checkpointDir = folderOf('between');
      const before = await attempt(params, { checkpointDir, ...interruptedAt(3, 1) });
      // A kill leaves no time for the checkpoint that an interruption saves, so remove it.
      rmSync(path.join(checkpointDir, 'epoch-0003-step-000001.ckpt'));
      const later = await attempt(params, { checkpointDir, recordedEpochs: 2 });
      assert.deepEqual([...before, ...later], whole.reports);
      assert.deepEqual(weights(checkpointDir), whole.weights);
    });

    it('has the same curve and weights after interruptions in training, in validation, and before a row is committed', async () => {
      const checkpointDir = folderOf('within');
      const first = await attempt(params, { checkpointDir, ...interruptedAt(1, 2) });
      assert.deepEqual(first, []);
      assert.deepEqual(readdirSync(checkpointDir), ['epoch-0001-step-000002.ckpt']);
      const second = await attempt(params, { checkpointDir, ...interruptedAt(2, 4) });
      assert.equal(second.length, 1);
      assert.deepEqual(readdirSync(checkpointDir), ['epoch-0001.ckpt', 'epoch-0002-step-000003.ckpt']);
      const every = { checkpointEvery: { steps: 2 } };
      const third = await attempt(params, { checkpointDir, recordedEpochs: 1, ...every, ...interruptedAt(3, 2) });
      // As if epoch 2 had been trained, saved and reported, but its row was lost.
      const last = await attempt(params, { checkpointDir, recordedEpochs: 1 });
      assert.deepEqual(third, [whole.reports[1]]);
      assert.deepEqual([...second, ...last], whole.reports);
      assert.deepEqual(weights(checkpointDir), whole.weights);
    });
  });
}

it('a trial whose last epoch is recorded trains no further epoch', async () => {
  const checkpointDir = path.join(folder, 'compiled whole');
  assert.deepEqual(await attempt(ELABORATE, { checkpointDir, recordedEpochs: EPOCHS }), []);
});
