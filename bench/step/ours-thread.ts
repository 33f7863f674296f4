/** A thread that trains a model of ours on one batch, step by step, as a slot of a sweep does. */
import { parentPort, workerData } from 'node:worker_threads';
import { randomInt, seededRandom } from '../../src/core/random.js';
import { classifierProgram } from '../../src/trainer/classifier-program.js';
import type { EfficientNet } from '../../src/trainer/models/efficientnet-plan.js';
import { buildModel } from '../../src/trainer/models/model.js';
import { adam } from '../../src/trainer/optimizers/adam.js';
import { createCompiledStep } from '../../src/trainer/step/compiled-step.js';
import { createEagerStep } from '../../src/trainer/step/eager-step.js';

const { kind, backbone, imageSize, batch, cacheDir } = workerData as {
  readonly kind: 'compiled' | 'eager';
  readonly backbone: EfficientNet;
  readonly imageSize: number;
  readonly batch: number;
  readonly cacheDir: string;
};
const port = parentPort!;
const random = seededRandom(0, 'bench');
const model = buildModel({ backbone, classes: 10, seed: 0 });
const program = classifierProgram({ model, optimizer: adam, batchSize: batch, imageSize });
const warn = (message: string) => process.stderr.write(`${message}\n`);
const step = kind === 'compiled' ? createCompiledStep(program, { cacheDir, warn }) : createEagerStep(program);
const inputs = {
  images: Float32Array.from({ length: batch * imageSize ** 2 * 3 }, () => randomInt(random, 256)),
  labels: Int32Array.from({ length: batch }, () => randomInt(random, 10)),
  sample_weights: new Float32Array(batch).fill(1),
  learning_rate: 3e-5,
  gamma: 0,
  dropout: 0.2,
  drop_connect: 0.2,
  statistics_momentum: 0.99,
  random_seed: new Int32Array(2),
};

function timed(): number {
  const started = performance.now();
  step.train(inputs);
  return performance.now() - started;
}

const firstStepMs = timed();
port.postMessage({ firstStepMs, kind: step.kind });
port.on('message', (steps: number) => port.postMessage(Array.from({ length: steps }, timed)));
