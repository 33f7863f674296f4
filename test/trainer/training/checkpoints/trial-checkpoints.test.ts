import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { InputError } from '../../../../src/core/errors.js';
import type {
  Checkpoint,
  CheckpointOwner,
  EpochPlace,
  Resumable,
  TrialPlace,
} from '../../../../src/trainer/training/checkpoints/checkpoint.js';
import {
  TrialCheckpoints,
  type CheckpointContext,
} from '../../../../src/trainer/training/checkpoints/trial-checkpoints.js';

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trial-checkpoints-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const OWNER: CheckpointOwner = {
  trainer: 'counter@1',
  seed: 3,
  params: { gamma: 2, alpha: [0.25, 0.75] },
  classNames: ['cat', 'dog'],
  images: 10,
};
const SUMS = { confusion: [1, 0, 2, 3], lossSum: 0.1 + 0.2, crossEntropySum: 1 / 3, count: 6 };

/** A trial that counts steps. The count is its only weight. */
class Counter implements Resumable {
  readonly owner: CheckpointOwner;
  value = 0;
  constructor(owner: Partial<CheckpointOwner> = {}) {
    this.owner = { ...OWNER, ...owner };
  }

  snapshot(place: TrialPlace): Omit<Checkpoint, 'owner'> {
    const state = new Map([['counter', { shape: [], values: Float32Array.of(this.value) }]]);
    return { place, history: [{ loss: 1 / this.value }], state };
  }

  restore({ state }: Checkpoint): void {
    const counter = state.get('counter');
    if (counter === undefined) throw new InputError('STEP_STATE', '"counter" is missing');
    this.value = counter.values[0]!;
  }
}

const open = (trial: Resumable, more: Partial<CheckpointContext> = {}, now?: () => number): TrialCheckpoints => {
  const context: CheckpointContext = {
    ...{ checkpointDir: folder, checkpointEvery: undefined, recordedEpochs: 0 },
    ...{ signal: new AbortController().signal, warn: (message) => warnings.push(message) },
    ...more,
  };
  return new TrialCheckpoints(trial, context, now);
};

/** Saves after each of some epochs. The counter is then ten times the epoch. */
async function saveEpochs(...epochs: number[]): Promise<void> {
  const trial = new Counter();
  const checkpoints = open(trial);
  for (const epoch of epochs) {
    trial.value = 10 * epoch;
    await checkpoints.afterEpoch(epoch);
  }
}

/** The position from which a new attempt continues. */
function resume(recordedEpochs: number, trial = new Counter()): { readonly epoch: number; readonly value: number } {
  const { epoch } = open(trial, { recordedEpochs }).resume();
  return { epoch, value: trial.value };
}

const inFolder = (name: string): string => path.join(folder, name);

describe('a trial that is resumed', () => {
  it('starts from the beginning without a checkpoint, and warns if epochs are recorded', () => {
    assert.deepEqual(resume(0), { epoch: 0, value: 0 });
    assert.deepEqual(warnings, []);
    assert.deepEqual(resume(2), { epoch: 0, value: 0 });
    assert.match(warnings.join(), /no checkpoint of the 2 recorded epochs is left/);
  });

  it('continues from its newest checkpoint, whatever the order of the names', async () => {
    await saveEpochs(9, 10, 9_999, 10_000);
    assert.deepEqual(resume(10_000), { epoch: 10_000, value: 100_000 });
    assert.deepEqual(warnings, []);
  });

  it('skips a checkpoint whose epoch was not recorded', async () => {
    await saveEpochs(1, 2, 3);
    assert.deepEqual(resume(2), { epoch: 2, value: 20 });
    assert.deepEqual(resume(0), { epoch: 0, value: 0 });
    assert.deepEqual(warnings, []);
  });

  const damages: Readonly<Record<string, (file: string) => void>> = {
    'cut in its header': (file) => truncateSync(file, 100),
    'cut in its last array': (file) => truncateSync(file, readFileSync(file).length - 33),
    'cut in its hash': (file) => truncateSync(file, readFileSync(file).length - 1),
    empty: (file) => truncateSync(file, 0),
    'with a flipped bit': (file) => {
      const content = readFileSync(file);
      content[content.length - 34]! ^= 4;
      writeFileSync(file, content);
    },
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`uses the checkpoint before one that is ${how}, and says why`, async () => {
      await saveEpochs(1, 2, 3);
      damage(inFolder('epoch-0003.ckpt'));
      assert.deepEqual(resume(3), { epoch: 2, value: 20 });
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0]!,
        /^the checkpoint epoch-0003\.ckpt cannot be used: it.*; training continues after epoch 2$/,
      );
    });
  }

  it('refuses checkpoints of another trial, version or dataset', async () => {
    await saveEpochs(1);
    const strangers: readonly [Partial<CheckpointOwner>, RegExp][] = [
      [{ seed: 4 }, /its seed differs/],
      [{ params: { gamma: 1, alpha: [0.25, 0.75] } }, /its parameters differ/],
      [{ trainer: 'counter@2' }, /written by counter@1, but this is counter@2/],
      [{ classNames: ['dog', 'cat'] }, /another dataset/],
      [{ images: 11 }, /another dataset/],
    ];
    for (const [owner, reason] of strangers) {
      warnings = [];
      assert.deepEqual(resume(1, new Counter(owner)), { epoch: 0, value: 0 });
      assert.match(warnings.join(), reason);
      assert.match(warnings.join(), /; the trial starts from the beginning$/);
    }
    warnings = [];
    assert.deepEqual(resume(1, new Counter({ params: { alpha: [0.25, 0.75], gamma: 2 } })), { epoch: 1, value: 10 });
    assert.deepEqual(warnings, []);
  });

  it('uses the checkpoint before one with the arrays of another model', async () => {
    await saveEpochs(1);
    const other = new Counter();
    other.snapshot = (place) => ({ place, history: [], state: new Map() });
    await open(other).afterEpoch(2);
    assert.deepEqual(resume(2), { epoch: 1, value: 10 });
    assert.match(warnings.join(), /epoch-0002\.ckpt cannot be used: "counter" is missing/);
  });

  it('ignores other files in its folder', async () => {
    await saveEpochs(1);
    copyFileSync(inFolder('epoch-0001.ckpt'), inFolder('epoch-0002.ckpt.3b241101-e2bb-4255-8caf-4136c566a962.tmp'));
    writeFileSync(inFolder('notes.txt'), '');
    assert.deepEqual(resume(5), { epoch: 1, value: 10 });
    assert.deepEqual(warnings, []);
  });
});

describe('within an epoch', () => {
  const stepFiles = (): string[] => readdirSync(folder).filter((name) => name.includes('step'));

  it('a trial is saved every N steps, and the newest checkpoint stays until the epoch is reported', async () => {
    const trial = new Counter();
    const checkpoints = open(trial, { checkpointEvery: { steps: 2 } });
    await checkpoints.afterEpoch(1);
    const seen: string[][] = [];
    for (let step = 1; step <= 5; step++) {
      trial.value = step;
      await checkpoints.betweenSteps(2, step, () => SUMS);
      seen.push(stepFiles());
    }
    const [second, fourth] = ['epoch-0002-step-000002.ckpt', 'epoch-0002-step-000004.ckpt'];
    assert.deepEqual(seen, [[], [second], [second], [fourth], [fourth]]);

    const again = new Counter();
    const place = open(again, { recordedEpochs: 1 }).resume();
    assert.deepEqual([place, again.value], [{ epoch: 1, within: { step: 4, sums: SUMS } }, 4]);

    await checkpoints.afterEpoch(2);
    assert.deepEqual(stepFiles(), [fourth]);
    checkpoints.afterReport();
    assert.deepEqual(readdirSync(folder), ['epoch-0001.ckpt', 'epoch-0002.ckpt']);
  });

  it('a trial resumes from a checkpoint of version 0.1, which calls the sums "tally"', async () => {
    const trial = new Counter();
    const within = { step: 4, tally: SUMS } as unknown as EpochPlace;
    trial.snapshot = () => ({
      ...new Counter().snapshot({ epoch: 1, within: undefined }),
      place: { epoch: 1, within },
    });
    await open(trial, { checkpointEvery: { steps: 4 } }).betweenSteps(2, 4, () => SUMS);
    assert.deepEqual(open(new Counter(), { recordedEpochs: 1 }).resume(), {
      epoch: 1,
      within: { step: 4, sums: SUMS },
    });
  });

  it('a trial is saved N seconds after it was last saved', async () => {
    let seconds = 0;
    const trial = new Counter();
    const checkpoints = open(trial, { checkpointEvery: { seconds: 60 } }, () => seconds * 1000);
    const saved: number[] = [];
    for (const [step, at] of [10, 59, 60, 70, 119, 121].entries()) {
      seconds = at;
      const before = stepFiles().join();
      await checkpoints.betweenSteps(1, step + 1, () => SUMS);
      if (stepFiles().join() !== before) saved.push(at);
    }
    assert.deepEqual(saved, [60, 121]);
    seconds = 170;
    await checkpoints.afterEpoch(1);
    seconds = 229;
    await checkpoints.betweenSteps(2, 3, () => SUMS);
    assert.deepEqual(stepFiles(), ['epoch-0001-step-000006.ckpt']);
  });

  it('a trial that is aborted is saved once more, even without checkpoint_every', async () => {
    const controller = new AbortController();
    const checkpoints = open(new Counter(), { signal: controller.signal });
    await checkpoints.betweenSteps(1, 1, () => SUMS);
    assert.deepEqual(stepFiles(), []);
    controller.abort();
    await checkpoints.betweenSteps(1, 2, () => SUMS);
    assert.deepEqual(stepFiles(), ['epoch-0001-step-000002.ckpt']);
  });

  it('a checkpoint is written only once during validation', async () => {
    const checkpoints = open(new Counter(), { checkpointEvery: { steps: 4 } });
    await checkpoints.betweenSteps(1, 4, () => SUMS);
    const never = () => assert.fail('saved again');
    await checkpoints.betweenSteps(1, 4, never);
    const again = open(new Counter(), { checkpointEvery: { steps: 4 } });
    assert.equal(again.resume().within!.step, 4);
    await again.betweenSteps(1, 4, never);
  });
});
