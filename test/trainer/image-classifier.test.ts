import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { seededRandom } from '../../src/core/random.js';
import type { EpochReport, Preparation, Progress, TrainingContext } from '../../src/core/trainer/training.js';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';
import { train } from '../../src/trainer/image-classifier.js';
import { imageClassifier } from '../../src/trainer/manifest.js';
import type { StepState } from '../../src/trainer/graph/program/program.js';
import { smallTrial, type Changes } from './small-trial.js';
import { countTensors } from './tensors.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'image-classifier-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const contextOf = (params: Changes, more: Partial<TrainingContext> = {}) => smallTrial(folder, params, more);

/** A folder of two classes, red noise and blue noise, with the same number of images each. */
async function drawTints(target: string, count: number): Promise<string> {
  for (const [channel, name] of [
    [0, 'red'],
    [2, 'blue'],
  ] as const) {
    mkdirSync(path.join(target, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      const random = seededRandom(index, name);
      const pixels = Uint8Array.from(
        { length: 32 * 32 * 3 },
        (_, place) => random() * (place % 3 === channel ? 255 : 40),
      );
      const image = sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } });
      await image.png().toFile(path.join(target, name, `${index}.png`));
    }
  }
  return target;
}

/** The reports of a whole trial. */
async function curve(params: Changes, more: Partial<TrainingContext> = {}): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  const report = (report: EpochReport) => {
    reports.push(report);
    return Promise.resolve('continue' as const);
  };
  await train(contextOf(params, { report, ...more }));
  return reports;
}

/** The weights, the optimizer's state and the metrics after some epochs. */
async function outcome(params: Changes, seed: number, epochs: number[], from?: StepState) {
  const trial = await ClassifierTrial.open(contextOf(params, { seed }));
  try {
    if (from !== undefined) trial.step.restore(from);
    const metrics = [];
    for (const epoch of epochs) metrics.push((await trial.runEpoch(epoch)).metrics);
    return { metrics, state: trial.step.read(), kind: trial.step.kind };
  } finally {
    trial.close();
  }
}

describe('the image classifier', () => {
  it('reports every metric of its manifest after every epoch', async () => {
    const reports = await curve({ epochs: 2 });
    assert.deepEqual(
      reports.map(({ epoch }) => epoch),
      [1, 2],
    );
    for (const { metrics, classes, inputWait } of reports) {
      assert.ok(inputWait! > 0 && inputWait! < 1, `waited for input ${inputWait} of the time`);
      assert.equal(
        classes!.confusion.reduce((sum, count) => sum + count),
        20,
      );
      assert.deepEqual(Object.keys(metrics).sort(), Object.keys(imageClassifier.metrics).sort());
      for (const [name, value] of Object.entries(metrics)) {
        assert.ok(
          value >= 0 && (/loss|entropy/.test(name) ? Number.isFinite(value) : value <= 1),
          `${name} is ${value}`,
        );
      }
    }
  });

  it('reports its progress after every step', async () => {
    const seen: Progress[] = [];
    const progress = (said: Progress | Preparation) => {
      if (!('preparing' in said)) seen.push(said);
    };
    await curve({ epochs: 2 }, { progress });
    const expected = [1, 2].flatMap((epoch) =>
      [1, 2, 3, 4, 5, 6, 7].map((step) => ({ epoch, epochs: 2, step, steps: 7 })),
    );
    assert.deepEqual(seen, expected);
  });

  it('ends after a report that is answered with stop', async () => {
    const epochs: number[] = [];
    const report = ({ epoch }: EpochReport) => {
      epochs.push(epoch);
      return Promise.resolve(epoch === 2 ? ('stop' as const) : ('continue' as const));
    };
    await train(contextOf({ epochs: 5 }, { report }));
    assert.deepEqual(epochs, [1, 2]);
  });

  it('ends between two steps when it is aborted, and throws the reason', async () => {
    const controller = new AbortController();
    let steps = 0;
    const progress = (said: Progress | Preparation) => {
      if ('preparing' in said) return;
      steps = said.step;
      // Like a message from another thread: it arrives when the thread is free, not in the middle of a step.
      if (steps === 2) setImmediate(() => controller.abort(new Error('time is up')));
    };
    await assert.rejects(train(contextOf({}, { progress, signal: controller.signal })), /time is up/);
    assert.ok(steps === 2 || steps === 3, `${steps} steps`);
  });

  it('learns to tell red from blue, from a folder of images', async () => {
    const dataset = await drawTints(path.join(folder, 'tints'), 40);
    const limits = { train_samples: undefined, validation_samples: undefined };
    const reports = await curve({ ...limits, batch_size: 16, epochs: 5, dropout: 0, drop_connect: 0 }, { dataset });
    const [first, last] = [reports[0]!.metrics, reports.at(-1)!.metrics];
    assert.ok(last['accuracy']! > 0.8 && last['loss']! < 0.8 * first['loss']!, JSON.stringify(reports));
    assert.ok(Math.max(...reports.map(({ metrics }) => metrics['val_accuracy']!)) > 0.6, JSON.stringify(reports));
  });

  it('fails as diverged, with epoch and step, if the loss is not finite', async () => {
    await assert.rejects(train(contextOf({ learning_rate: 1e30 })), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'DIVERGED');
      assert.match(error.message, /the loss is (NaN|Infinity) in (step \d of|the validation of) epoch 1/);
      assert.match(error.hint, /learning_rate/);
      return true;
    });
  });
});

describe('a trial', () => {
  it('repeats bit for bit with the same seed, and differs with another', async () => {
    const first = await outcome({}, 1, [1]);
    assert.equal(first.kind, 'compiled');
    const again = await outcome({}, 1, [1]);
    assert.deepEqual(again.metrics, first.metrics);
    assertSameBits(again.state, first.state);
    const other = await outcome({}, 2, [1]);
    assert.notEqual(other.metrics[0]!['loss'], first.metrics[0]!['loss']);
  });

  it('gives the same bits in two concurrent threads', async () => {
    const { params, seed, device, dataset, checkpointDir, cacheDir } = contextOf({});
    const workerData = { params, seed, device, dataset, checkpointDir, cacheDir };
    const inThread = async () => {
      const worker = new Worker(new URL('./trial-thread.js', import.meta.url), { workerData });
      const [[hash]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [[string], [number]];
      return hash;
    };
    const hashes = await Promise.all([inThread(), inThread()]);
    const { state } = await outcome({}, 1, [1]);
    const expected = createHash('sha256');
    for (const [name, { values }] of state) expected.update(name).update(values);
    assert.deepEqual(hashes, Array<string>(2).fill(expected.digest('hex')));
  });

  it('depends in each epoch only on the state at its start', async () => {
    const whole = await outcome({}, 1, [1, 2]);
    const half = await outcome({}, 1, [1]);
    await outcome({ learning_rate: 0.1 }, 3, [1]);
    const continued = await outcome({}, 1, [2], half.state);
    assert.deepEqual(continued.metrics[0], whole.metrics[1]);
    assertSameBits(continued.state, whole.state);
  });

  it('trains the same eagerly and compiled', async () => {
    // At a higher rate, rounding alone changes the result of four steps with eight images.
    const params = { gamma: 2, learning_rate: 1e-6 };
    const compiled = await outcome(params, 1, [1]);
    const eager = await outcome({ ...params, compile: false }, 1, [1]);
    assert.deepEqual([compiled.kind, eager.kind], ['compiled', 'eager']);
    for (const name of ['loss', 'val_loss']) {
      const [a, b] = [compiled.metrics[0]![name]!, eager.metrics[0]![name]!];
      assert.ok(Math.abs(a / b - 1) < 1e-3, `${name}: ${a} compiled, ${b} op by op`);
    }
  });

  it('uses one graph for all values of gamma, dropout, drop_connect and learning_rate', async () => {
    const cacheDir = mkdtempSync(path.join(folder, 'cache-'));
    const losses = new Set<number>();
    for (const params of [{}, { gamma: 2 }, { dropout: 0.6 }, { drop_connect: 0.6 }, { learning_rate: 2e-3 }]) {
      // Shapes that no other test uses, so that there is no kept session for them.
      const [report] = await curve({ ...params, batch_size: 9 }, { cacheDir });
      losses.add(report!.metrics['loss']!);
    }
    assert.equal(losses.size, 5);
    assert.equal(readdirSync(path.join(cacheDir, 'graphs')).length, 1);
  });

  it('uses no more memory after each further epoch', async () => {
    for (const compile of [true, false]) {
      const trial = await ClassifierTrial.open(contextOf({ compile, train_samples: 17, validation_samples: 10 }));
      try {
        await trial.runEpoch(1);
        const before = countTensors();
        for (const epoch of [2, 3]) {
          await trial.runEpoch(epoch);
          assert.deepEqual(countTensors(), before);
        }
      } finally {
        trial.close();
      }
    }
  });

  it('frees all native memory of its thread, after success and after an error', async () => {
    const progress = () => {
      throw new Error('the listener fails');
    };
    const trials = async (compile: boolean) => {
      const params = { compile, train_samples: 17, validation_samples: 10 };
      await curve(params);
      await assert.rejects(curve({ ...params, learning_rate: 1e30, epochs: 3 }), { code: 'DIVERGED' });
      await assert.rejects(curve(params, { progress }), /the listener fails/);
    };
    for (const compile of [true, false]) {
      await trials(compile);
      const before = countTensors();
      await trials(compile);
      assert.deepEqual(countTensors(), before);
    }
  });
});

describe('what cannot be trained', () => {
  const refused = async (code: string, params: Changes, more: Partial<TrainingContext> = {}) => {
    const before = countTensors();
    await assert.rejects(curve(params, more), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, code);
      assert.ok(error.hint.length > 0);
      return true;
    });
    assert.deepEqual(countTensors(), before);
  };

  it('is refused without a dataset', () => refused('DATASET_MISSING', {}, { dataset: undefined }));
  it('is refused if the dataset does not exist', () =>
    refused('DATASET_NOT_FOUND', {}, { dataset: path.join(folder, 'nowhere') }));
  it('is refused if there are fewer images than a batch', () => refused('BATCH_TOO_LARGE', { batch_size: 36 }));
  it('is refused with a parameter that does not exist', () => refused('PARAMETER_UNKNOWN', { learning_rat: 1 }));
  it('is refused with a value that a parameter cannot have', () => refused('PARAMETER_INVALID', { gamma: -1 }));
});

function assertSameBits(actual: StepState, expected: StepState): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [name, { values }] of expected) {
    const same = Buffer.from(values.buffer).equals(Buffer.from(actual.get(name)!.values.buffer));
    assert.ok(same, `${name} differs`);
  }
}
