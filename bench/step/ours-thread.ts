/** A thread that trains our model on one batch step by step, as a slot does. */
import { parentPort, workerData } from 'node:worker_threads';
import { randomInt, seededRandom } from '../../src/core/random.js';
import { classifierProgram } from '../../src/trainer/training/classifier-program.js';
import { lossFeeds } from '../../src/trainer/training/losses/loss.js';
import type { Backbone } from '../../src/trainer/networks/backbones.js';
import { buildModel } from '../../src/trainer/networks/model.js';
import { adam } from '../../src/trainer/training/optimizers/adam.js';
import { createCompiledStep } from '../../src/trainer/graph/running/compiled-step.js';
import { createEagerStep } from '../../src/trainer/graph/running/eager-step.js';
import type { Precision } from '../../src/trainer/graph/program/program.js';

const { kind, backbone, imageSize, batch, precision, cacheDir } = workerData as {
  readonly kind: 'compiled' | 'eager';
  readonly backbone: Backbone;
  readonly imageSize: number;
  readonly batch: number;
  readonly precision: Precision;
  readonly cacheDir: string;
};
const CLASSES = 10;
const port = parentPort!;
const random = seededRandom(0, 'bench');
const model = buildModel({ backbone, classes: CLASSES, seed: 0 });
const optimizer = adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
const loss = { kind: 'softmax', gamma: 0, labelSmoothing: 0, alpha: 'none', classBalanceBeta: 0 } as const;
const program = classifierProgram({
  model,
  optimizer,
  loss: loss.kind,
  classes: CLASSES,
  batchSize: batch,
  imageSize,
  accumulates: false,
  precision,
});
const warn = (message: string) => process.stderr.write(`${message}\n`);
const step = kind === 'compiled' ? createCompiledStep(program, { cacheDir, warn }) : createEagerStep(program);
const inputs = {
  images: Float32Array.from({ length: batch * imageSize ** 2 * 3 }, () => randomInt(random, 256)),
  targets: oneHot(Array.from({ length: batch }, () => randomInt(random, CLASSES))),
  sample_weights: new Float32Array(batch).fill(1),
  learning_rate: 3e-5,
  layer_decay: 1,
  ...lossFeeds(loss, Array<number>(CLASSES).fill(1)),
  ...optimizer.inputs(0),
  dropout: 0.2,
  drop_connect: 0.2,
  statistics_momentum: 0.99,
  random_seed: new Int32Array(2),
};

function oneHot(labels: readonly number[]): Float32Array {
  return Float32Array.from(labels.flatMap((label) => Array.from({ length: CLASSES }, (_, k) => Number(k === label))));
}

function timed(): number {
  const started = performance.now();
  step.train(inputs);
  return performance.now() - started;
}

const firstStepMs = timed();
port.postMessage({ firstStepMs, kind: step.kind });
port.on('message', (steps: number) => port.postMessage(Array.from({ length: steps }, timed)));
