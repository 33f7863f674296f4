import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom, shuffledIndices } from '../../src/core/random.js';
import type { CheckpointFile, TrainingContext } from '../../src/core/trainer/training.js';
import { CLASSES, FEATURES, readDigits, type Digits } from './digits.js';

/** Number of samples to train on; the rest of the dataset is for validation. */
const TRAINING = 160;
const BATCH = 16;
const WEIGHTS = CLASSES * (FEATURES + 1);

/**
 * Multinomial logistic regression on digits by stochastic gradient descent with momentum, a few milliseconds per epoch.
 * Resumes exactly from its checkpoints. Parameters: learning_rate, momentum, l2, epochs.
 */
export async function train({ params, seed, dataset, ...context }: TrainingContext): Promise<void> {
  const digits = await readDigits(dataset!);
  const settings = { learningRate: Number(params['learning_rate']), momentum: Number(params['momentum']) };
  const { state, epoch: done } = await restore(context);
  const epochs = Number(params['epochs']);
  for (let epoch = done + 1; epoch <= epochs; epoch++) {
    const order = shuffledIndices(TRAINING, seededRandom(seed, 'shuffle', epoch));
    for (let step = 0; step * BATCH < TRAINING; step++) {
      context.progress({ epoch, epochs, step: step + 1, steps: TRAINING / BATCH });
      descend(state, digits, order.subarray(step * BATCH, (step + 1) * BATCH), {
        ...settings,
        l2: Number(params['l2']),
      });
    }
    const checkpoint = await save(context.checkpointDir, epoch, state);
    const { confusion, ...metrics } = evaluate(state, digits);
    const names = Array.from({ length: CLASSES }, (_, digit) => `digit ${digit}`);
    if ((await context.report({ epoch, metrics, checkpoint, classes: { names, confusion } })) === 'stop') return;
  }
}

/** Weights [CLASSES, FEATURES + 1] with the bias last, followed by the momentum of each. */
type State = Float64Array;

interface Settings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly l2: number;
}

function descend(state: State, digits: Digits, batch: Uint32Array, { learningRate, momentum, l2 }: Settings): void {
  const gradient = new Float64Array(WEIGHTS);
  for (const index of batch) {
    const scores = probabilities(state, digits, index);
    scores[digits.labels[index]!]! -= 1;
    for (let label = 0; label < CLASSES; label++) {
      const error = scores[label]! / batch.length;
      const row = label * (FEATURES + 1);
      for (let feature = 0; feature < FEATURES; feature++) {
        gradient[row + feature]! += error * digits.pixels[index * FEATURES + feature]!;
      }
      gradient[row + FEATURES]! += error;
    }
  }
  for (let weight = 0; weight < WEIGHTS; weight++) {
    const velocity = momentum * state[WEIGHTS + weight]! - learningRate * (gradient[weight]! + l2 * state[weight]!);
    state[WEIGHTS + weight] = velocity;
    state[weight]! += velocity;
  }
}

function probabilities(state: State, digits: Digits, index: number): Float64Array {
  const scores = new Float64Array(CLASSES);
  for (let label = 0; label < CLASSES; label++) {
    const row = label * (FEATURES + 1);
    let score = state[row + FEATURES]!;
    for (let feature = 0; feature < FEATURES; feature++) {
      score += state[row + feature]! * digits.pixels[index * FEATURES + feature]!;
    }
    scores[label] = score;
  }
  const highest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - highest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

function evaluate(state: State, digits: Digits): { val_loss: number; val_accuracy: number; confusion: number[] } {
  const confusion = new Array<number>(CLASSES * CLASSES).fill(0);
  let loss = 0;
  for (let index = TRAINING; index < digits.labels.length; index++) {
    const label = digits.labels[index]!;
    const scores = probabilities(state, digits, index);
    loss -= Math.log(scores[label]!);
    confusion[label * CLASSES + scores.indexOf(Math.max(...scores))]! += 1;
  }
  const samples = digits.labels.length - TRAINING;
  const hits = confusion.filter((_, cell) => cell % (CLASSES + 1) === 0).reduce((sum, count) => sum + count, 0);
  return { val_loss: loss / samples, val_accuracy: hits / samples, confusion };
}

/** Named like the built-in trainer's checkpoints, so that files left over from a crash are removed in the same way. */
const nameOf = (epoch: number): string => `epoch-${String(epoch).padStart(4, '0')}.ckpt`;

async function save(folder: string, epoch: number, state: State): Promise<CheckpointFile> {
  const values = Buffer.from(state.buffer);
  const content = Buffer.concat([values, createHash('sha256').update(values).digest()]);
  const file = nameOf(epoch);
  const draft = join(folder, `${file}.${randomUUID()}.tmp`);
  const handle = await open(draft, 'w');
  await handle.writeFile(content);
  await handle.sync();
  await handle.close();
  await rename(draft, join(folder, file));
  return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The state after the recorded epochs. A missing or damaged checkpoint is an error, which fails the test. */
async function restore({
  checkpointDir,
  recordedEpochs,
}: Pick<TrainingContext, 'checkpointDir' | 'recordedEpochs'>): Promise<{ state: State; epoch: number }> {
  if (recordedEpochs === 0) return { state: new Float64Array(2 * WEIGHTS), epoch: 0 };
  const content = await readFile(join(checkpointDir, nameOf(recordedEpochs)));
  const values = content.subarray(0, 2 * WEIGHTS * Float64Array.BYTES_PER_ELEMENT);
  if (!createHash('sha256').update(values).digest().equals(content.subarray(values.length))) {
    throw new Error(`the checkpoint of epoch ${recordedEpochs} is damaged`);
  }
  return { state: new Float64Array(new Uint8Array(values).buffer), epoch: recordedEpochs };
}
