import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EpochReport } from '../../src/core/trainer/training.js';
import { ClassifierTrial, type EpochOptions } from '../../src/trainer/training/classifier-trial.js';
import type { StepState } from '../../src/trainer/graph/program/program.js';
import { smallTrial, type Changes } from './small-trial.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'augmented-trial-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const MIXED: Changes = { augment: 'strong', mixup_alpha: 0.4, cutmix_alpha: 1 };

/** One epoch, the state before its third step, and where it was then. */
interface Outcome {
  readonly report: EpochReport;
  readonly halfway: { readonly state: StepState; readonly from: EpochOptions['from'] } | undefined;
}

async function epoch(params: Changes, halfway?: Outcome['halfway']): Promise<Outcome> {
  const trial = await ClassifierTrial.open(smallTrial(folder, params, {}));
  try {
    if (halfway) trial.step.restore(halfway.state);
    let seen: Outcome['halfway'];
    const betweenSteps: EpochOptions['betweenSteps'] = (step, sums) => {
      if (step === 2) seen ??= { state: trial.step.read(), from: { step, sums: sums() } };
      return Promise.resolve();
    };
    const report = await trial.runEpoch(1, { from: halfway?.from, betweenSteps });
    const { elapsedMs, waitedMs } = trial.takeWait();
    assert.ok(waitedMs < elapsedMs);
    return { report, halfway: seen };
  } finally {
    trial.close();
  }
}

describe('a trial with augmented and mixed images', () => {
  it('repeats with its seed, and resumes inside an epoch with the same images', async () => {
    const first = await epoch(MIXED);
    const again = await epoch(MIXED);
    assert.deepEqual(again.report, first.report);
    const resumed = await epoch(MIXED, first.halfway);
    assert.deepEqual(resumed.report, first.report);
  });

  it('trains on other images than a trial without augmentation', async () => {
    const losses = new Set<number>();
    for (const params of [{}, { augment: 'light' }, { mixup_alpha: 0.4 }, { cutmix_alpha: 1 }]) {
      losses.add((await epoch(params)).report.metrics['loss']!);
    }
    assert.equal(losses.size, 4);
    const none = await epoch({ augment: [], augment_copies: 3 });
    assert.deepEqual(none.report, (await epoch({})).report);
  });
});
