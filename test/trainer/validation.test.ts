import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';
import type { Split } from '../../src/trainer/data/datasets/image-dataset.js';
import { openImageDataset } from '../../src/trainer/data/datasets/open-image-dataset.js';
import { lossFeeds } from '../../src/trainer/training/losses/loss.js';
import { buildOptimizer } from '../../src/trainer/training/optimizers/optimizer.js';
import { smallTrial } from './small-trial.js';
import { assertClose } from './tensors.js';

/** With all but the last block frozen, logits stay of order 1. A random network trained as a whole gives logits of order 1,000. */
const UNIT_LOGITS = { compile: false, gamma: 1, unfreeze: 'last-1-blocks' };

/**
 * Kernels add up in another order for another batch: relative to float32's half unit in the last place, a sum of 1,152 terms (B0's
 * longest) is off by about their number's square root, in each of 81 convolutions. One image too many or too few changes the
 * mean loss by about 1/20.
 */
const ROUNDING = 2 ** -24 * Math.sqrt(1152) * 81;

it('a trial validates every image once, with any batch size', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'validation-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
  const context = smallTrial(folder, UNIT_LOGITS, {});
  const trial = await ClassifierTrial.open(context);
  t.after(() => trial.close());
  const { imageSize } = trial.settings.model;
  const { validationSplit, maxCorrupt, validationSamples } = trial.settings.data;
  const { cacheDir, seed, warn } = context;
  const dataset = await openImageDataset({
    path: context.dataset!,
    imageSize,
    cacheDir,
    seed,
    validationSplit,
    maxCorrupt,
    validationSamples: validationSamples!,
    warn,
  });
  t.after(() => dataset.close());

  const { metrics } = await trial.runEpoch(1);
  const { validation } = dataset;
  let loss = 0;
  const hits = Array.from({ length: 10 }, () => [] as number[]);
  for (const [index, label] of validation.labels.entries()) {
    const { loss: own, scores } = classify(trial, validation, index);
    loss += own / validation.count;
    hits[label]!.push(Number(scores.indexOf(Math.max(...scores)) === label));
  }
  assert.equal(hits.flat().length, 20);
  const recalls = hits.filter((ofClass) => ofClass.length > 0).map(mean);
  assertClose(
    ['val_loss', 'val_accuracy', 'val_balanced_accuracy'].map((name) => metrics[name]!),
    [loss, mean(hits.flat()), mean(recalls)],
    ROUNDING,
  );
});

/** Loss and scores of one image, in a batch whose other images are black. */
function classify({ settings, step }: ClassifierTrial, split: Split, index: number) {
  const { imageSize } = settings.model;
  const { batchSize } = settings.optimization;
  const bytes = new Uint8Array(imageSize * imageSize * 3);
  split.read(Uint32Array.of(index), bytes);
  const images = new Float32Array(batchSize * bytes.length);
  images.set(bytes);
  const { losses, logits } = step.evaluate({
    images,
    targets: Float32Array.from({ length: batchSize * 10 }, (_, place) => Number(place % 10 === split.labels[index])),
    sample_weights: new Float32Array(batchSize).fill(1),
    learning_rate: 0,
    layer_decay: 1,
    ...lossFeeds(settings.optimization.loss, Array<number>(10).fill(1)),
    ...buildOptimizer(settings.optimization.optimizer).inputs(0),
    dropout: 0,
    drop_connect: 0,
    statistics_momentum: 0,
    random_seed: new Int32Array(2),
  });
  return { loss: losses![0]!, scores: [...logits!.subarray(0, 10)] };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
