import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { seededRandom } from '../../../src/core/random.js';
import { exportModel, type ExportOptions } from '../../../src/trainer/results/export-model.js';
import { openTrainedModel } from '../../../src/trainer/results/trained-model.js';
import { tf } from '../../../src/trainer/graph/native/tensorflow.js';
import { CLASS_NAMES, randomCheckpoint } from './random-checkpoint.js';

const folder = mkdtempSync(path.join(tmpdir(), 'sweepwright-export-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SIZE = 32;
/** A batch size other than the one that the graph is traced with. */
const BATCH = 3;
const random = seededRandom(1);
const PIXELS = Float32Array.from({ length: BATCH * SIZE * SIZE * 3 }, () => Math.floor(256 * random()));

const optionsFor = (checkpoint: string, more: Partial<ExportOptions> = {}): ExportOptions => ({
  ...{ checkpoint, format: 'tfjs', to: path.join(folder, 'model'), force: true },
  ...{ generator: 'sweepwright', title: 'Birds' },
  ...more,
});

/** Logits of the trainer's own model. */
function expectedLogits(checkpoint: string): Float32Array {
  const trained = openTrainedModel(checkpoint);
  const logits = tf.tidy(() => trained.model.infer(tf.tensor4d(PIXELS, [BATCH, SIZE, SIZE, 3])).dataSync<'float32'>());
  trained.close();
  return logits;
}

/** Logits of the exported model in plain TensorFlow.js. */
async function plainOutputs(
  exported: string,
): Promise<{ readonly logits: Float32Array; readonly probabilities: Float32Array }> {
  const read = (name: string): Buffer => readFileSync(path.join(exported, name));
  const { modelTopology, weightsManifest, signature } = JSON.parse(read('model.json').toString()) as TfjsModel;
  const [group] = weightsManifest;
  const weightData = new Uint8Array(Buffer.concat(group!.paths.map(read))).buffer;
  await tf.setBackend('cpu');
  try {
    const model = await tf.loadGraphModel({
      load: () => Promise.resolve({ modelTopology, signature, weightSpecs: group!.weights, weightData }),
    });
    const images = tf.tensor4d(PIXELS, [BATCH, SIZE, SIZE, 3]);
    const [logits, probabilities] = model.execute({ images }, ['logits', 'probabilities']) as [Tensor, Tensor];
    return { logits: logits.dataSync<'float32'>(), probabilities: probabilities.dataSync<'float32'>() };
  } finally {
    await tf.setBackend('tensorflow');
  }
}

type Tensor = ReturnType<typeof tf.scalar>;

interface TfjsModel {
  readonly modelTopology: object;
  readonly signature: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: ReturnType<typeof tf.io.getWeightSpecs>;
  }[];
}

function assertClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const largest = Math.max(...expected.map((value, place) => Math.abs(value - actual[place]!)));
  assert.ok(largest <= tolerance, `they differ by ${largest}`);
  assert.ok(Math.max(...expected) - Math.min(...expected) > 10 * tolerance, 'logits differ from each other');
}

for (const backbone of ['b0', 'resnet18', 'mobilenet-v2']) {
  test(`${backbone} has the same logits in plain TensorFlow.js`, async () => {
    const checkpoint = await randomCheckpoint(folder, { backbone, image_size: SIZE });
    const to = path.join(folder, `tfjs-${backbone}`);
    await exportModel(optionsFor(checkpoint, { to }));
    const { logits, probabilities } = await plainOutputs(to);
    assertClose(logits, expectedLogits(checkpoint), 1e-4);
    const sum = probabilities.reduce((total, value) => total + value);
    assert.ok(Math.abs(sum - BATCH) < 1e-5);
  });
}

test('a SavedModel has the same logits for any number of images', async () => {
  const checkpoint = await randomCheckpoint(folder, { backbone: 'b0', image_size: SIZE });
  const to = path.join(folder, 'saved');
  const files = await exportModel(optionsFor(checkpoint, { to, format: 'savedmodel' }));
  assert.deepEqual(files.sort(), readdirSync(to).sort());
  const model = await tf.node.loadSavedModel(to);
  const images = tf.tensor4d(PIXELS, [BATCH, SIZE, SIZE, 3]);
  const outputs = model.predict({ images }) as Record<string, Tensor>;
  assertClose(outputs['logits']!.dataSync<'float32'>(), expectedLogits(checkpoint), 1e-4);
  model.dispose();
});

test('the folder documents inputs and outputs', async () => {
  const checkpoint = await randomCheckpoint(
    folder,
    { backbone: 'mobilenet-v2', image_size: SIZE, loss: 'sigmoid_focal' },
    { isMultiLabel: true },
  );
  const to = path.join(folder, 'several');
  await exportModel(optionsFor(checkpoint, { to }));
  assert.deepEqual(JSON.parse(readFileSync(path.join(to, 'labels.json'), 'utf8')), CLASS_NAMES);
  assert.match(readFileSync(path.join(to, 'README.md'), 'utf8'), /# Birds\n[^]*32, 32, 3\][^]*can have several classes/);
  const { logits, probabilities } = await plainOutputs(to);
  assertClose(probabilities, logits.map((value) => 1 / (1 + Math.exp(-value))), 1e-6);
});

test('a folder that is not empty is only replaced with `force`', async () => {
  const checkpoint = await randomCheckpoint(folder, { backbone: 'mobilenet-v2', image_size: SIZE });
  const to = path.join(folder, 'mine');
  mkdirSync(to);
  await exportModel(optionsFor(checkpoint, { to, force: false }));
  assert.ok(readdirSync(to).includes('model.json'), 'an empty folder is used');
  writeFileSync(path.join(to, 'thesis.txt'), 'years of work');
  await assert.rejects(exportModel(optionsFor(checkpoint, { to, force: false })), { code: 'FOLDER_NOT_EMPTY' });
  assert.ok(readdirSync(to).includes('thesis.txt'));
  await exportModel(optionsFor(checkpoint, { to, format: 'savedmodel' }));
  assert.deepEqual(readdirSync(to).sort(), ['README.md', 'labels.json', 'saved_model.pb']);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.part')),
    [],
    'no temporary files are left',
  );
});

test('a truncated checkpoint is an error that names it, and nothing is written', async () => {
  const checkpoint = await randomCheckpoint(folder, { backbone: 'mobilenet-v2', image_size: SIZE });
  writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, 100_000));
  const to = path.join(folder, 'never');
  await assert.rejects(exportModel(optionsFor(checkpoint, { to })), { code: 'CHECKPOINT_UNUSABLE', message: /bytes/ });
  assert.equal(readdirSync(folder).includes('never'), false);
});
