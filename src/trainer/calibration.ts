import { setImmediate } from 'node:timers/promises';
import { randomInt, seededRandom } from '../core/random.js';
import type { Train } from '../core/trainer/training.js';
import { BatchRunner } from './training/batch-runner.js';
import { readSettings } from './training/classifier-settings.js';
import type { Batch, BatchShape } from './data/input/batch.js';
import { buildModel } from './networks/model.js';
import { createAccumulator } from './training/metrics/create-accumulator.js';

const CLASSES = 10;
/** Duration of the measurement. Long enough for a stable result, short enough to wait for. */
const WINDOW_MS = 3_000;
const LEAST_STEPS = 3;

/**
 * A trainer that measures the training speed of the image classifier: takes a trial's training steps on random images. Reports
 * epoch 1 when it is ready. After the answer it trains for 3 s and reports epoch 2 with `images_per_second` and `memory_mb`,
 * the resident memory of its host process in MiB.
 */
export const train: Train = async (context) => {
  const settings = readSettings(context.params);
  const { backbone, unfreeze, imageSize } = settings.model;
  const { batchSize } = settings.optimization;
  const batch = randomBatch({ batchSize, imageSize, classes: CLASSES });
  const model = buildModel({ backbone, unfreeze, classes: CLASSES, seed: 0 });
  const source = { batchSize, imageSize, classes: CLASSES, train: { labels: batch.labels, targets: undefined } };
  const runner = new BatchRunner(settings, source, model, context);
  const accumulator = createAccumulator({ classes: CLASSES, isMultiLabel: false });
  const step = (count: number): void => {
    const place = { step: count, stepsPerEpoch: 1_000, validationLosses: [], seed: new Int32Array(2) };
    runner.train(batch, place, accumulator);
  };
  try {
    step(0);
    step(1);
    await context.report({ epoch: 1, metrics: { ready: 1 } });
    const { steps, seconds } = await stepsWithin(WINDOW_MS, step);
    const memory_mb = process.memoryUsage.rss() / 2 ** 20;
    await context.report({ epoch: 2, metrics: { images_per_second: (steps * batchSize) / seconds, memory_mb } });
  } finally {
    runner.close();
    model.dispose();
  }
};

async function stepsWithin(
  windowMs: number,
  step: (count: number) => void,
): Promise<{ readonly steps: number; readonly seconds: number }> {
  const startedAt = performance.now();
  let steps = 0;
  while (steps < LEAST_STEPS || performance.now() - startedAt < windowMs) {
    step(2 + steps++);
    await setImmediate();
  }
  return { steps, seconds: (performance.now() - startedAt) / 1000 };
}

function randomBatch({ batchSize, imageSize, classes }: BatchShape): Batch {
  const random = seededRandom(0, 'calibration');
  const labels = Int32Array.from({ length: batchSize }, () => randomInt(random, classes));
  const targets = new Float32Array(batchSize * classes);
  for (const [place, label] of labels.entries()) targets[place * classes + label] = 1;
  return {
    images: Float32Array.from({ length: batchSize * imageSize ** 2 * 3 }, () => randomInt(random, 256)),
    labels,
    targets,
    weights: new Float32Array(batchSize).fill(1),
    count: batchSize,
  };
}
