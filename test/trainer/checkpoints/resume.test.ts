import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EpochReport, TrainingContext } from '../../../src/core/training.js';
import { readArrays } from '../../../src/trainer/checkpoints/array-file.js';
import { train } from '../../../src/trainer/image-classifier.js';
import { smallTrial, type Changes } from '../small-trial.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'resume-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const EPOCHS = 3;
const INTERRUPTED = new Error('interrupted');

/** A whole attempt in a folder of checkpoints; `undefined` where it was interrupted. */
async function attempt(params: Changes, more: Partial<TrainingContext> & { readonly checkpointDir: string }) {
  const reports: EpochReport[] = [];
  const report = (one: EpochReport) => {
    reports.push(one);
    return Promise.resolve('continue' as const);
  };
  mkdirSync(more.checkpointDir, { recursive: true });
  const small = { epochs: EPOCHS, validation_samples: 12, ...params };
  try {
    await train(smallTrial(folder, small, { report, ...more }));
  } catch (error) {
    assert.equal(error, INTERRUPTED);
  }
  return reports;
}

/** Interrupts as a message from the host would: when the thread is free, not in the middle of a step. */
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

for (const compile of [true, false]) {
  describe(`a trial that is interrupted and goes on, ${compile ? 'compiled' : 'op by op'}`, () => {
    let whole: { readonly reports: EpochReport[]; readonly weights: Map<string, Buffer> };
    before(async () => {
      const checkpointDir = path.join(folder, `whole-${compile}`);
      const reports = await attempt({ compile }, { checkpointDir });
      whole = { reports, weights: weights(checkpointDir) };
    });

    it('ends with the same curve and the same weights after a kill between two epochs', async () => {
      const checkpointDir = path.join(folder, `between-${compile}`);
      // Aborted before the first step of epoch 3 is saved: the checkpoint within it is taken away, as by a kill.
      const before = await attempt({ compile }, { checkpointDir, ...interruptedAt(3, 1) });
      for (const name of readdirSync(checkpointDir)) if (name.includes('step')) rmSync(path.join(checkpointDir, name));
      const later = await attempt({ compile }, { checkpointDir, recordedEpochs: 2 });
      assert.deepEqual([...before, ...later], whole.reports);
      assert.deepEqual(weights(checkpointDir), whole.weights);
    });

    it('and after ends within epochs, in training and in validation, and where a row was not committed', async () => {
      const checkpointDir = path.join(folder, `within-${compile}`);
      const first = await attempt({ compile }, { checkpointDir, ...interruptedAt(1, 3) });
      assert.deepEqual(first, []);
      assert.deepEqual(readdirSync(checkpointDir), ['epoch-0001-step-000003.ckpt']);
      const second = await attempt({ compile }, { checkpointDir, ...interruptedAt(2, 5) });
      assert.equal(second.length, 1);
      assert.deepEqual(readdirSync(checkpointDir), ['epoch-0001.ckpt', 'epoch-0002-step-000004.ckpt']);
      const third = await attempt(
        { compile },
        { checkpointDir, recordedEpochs: 1, checkpointEvery: { steps: 3 }, ...interruptedAt(3, 2) },
      );
      // As if epoch 2 had been trained, saved and reported, and its row lost.
      const last = await attempt({ compile }, { checkpointDir, recordedEpochs: 1 });
      assert.deepEqual(third, [whole.reports[1]]);
      assert.deepEqual([...second, ...last], whole.reports);
      assert.deepEqual(weights(checkpointDir), whole.weights);
    });
  });
}

it('a trial whose last epoch is recorded has nothing left to do', async () => {
  const checkpointDir = path.join(folder, 'whole-true');
  assert.deepEqual(await attempt({ compile: true }, { checkpointDir, recordedEpochs: EPOCHS }), []);
});
