import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EpochReport } from '../../../src/core/trainer/training.js';
import { readArrays } from '../../../src/trainer/training/checkpoints/array-file.js';
import { train } from '../../../src/trainer/image-classifier.js';
import type { ResultsReply } from '../../../src/trainer/results/messages.js';
import { predictImages } from '../../../src/trainer/results/predict-images.js';
import { openTrainedModel } from '../../../src/trainer/results/trained-model.js';
import { png, temporaryFolder, writeFiles } from '../data/files.js';
import { smallTrial } from '../small-trial.js';
import { randomCheckpoint } from './random-checkpoint.js';

test('a trained model has the averaged weights of its validation, and knows whether images have several classes', async (t) => {
  const folder = temporaryFolder(t);
  const lines = ['image,labels'];
  for (let image = 0; image < 24; image++) {
    writeFiles(folder, { [`${image}.png`]: await png([image % 2 === 0 ? 255 : 0, image % 3 === 0 ? 255 : 0, 9 * image]) });
    lines.push(`${image}.png,${image % 2 === 0 ? 'red' : 'dark'}${image % 3 === 0 ? ' green' : ''}`);
  }
  writeFiles(folder, { 'table.csv': lines.join('\n') });
  for (const name of ['cache', 'checkpoints']) mkdirSync(join(folder, name));
  let reported: EpochReport | undefined;
  const context = smallTrial(
    folder,
    {
      ...{ loss: 'sigmoid_focal', label_separator: ' ', ema_decay: 0.9, batch_size: 4 },
      ...{ backbone: 'mobilenet-v2', train_samples: undefined, validation_samples: undefined },
    },
    {
      dataset: join(folder, 'table.csv'),
      report: (report) => {
        reported = report;
        return Promise.resolve('continue');
      },
    },
  );
  await train(context);
  const checkpoint = join(context.checkpointDir, reported!.checkpoint!.file);
  const trained = openTrainedModel(checkpoint);
  assert.equal(trained.isMultiLabel, true);
  assert.deepEqual(trained.classNames, ['dark', 'green', 'red']);
  const read = readArrays(checkpoint);
  assert.ok(read.whole);
  const kernel = trained.model.weights.find(({ name }) => name === 'predictions/kernel')!.variable.dataSync<'float32'>();
  assert.deepEqual(kernel, read.arrays.get('predictions/kernel@average')!.values);
  assert.notDeepEqual(kernel, read.arrays.get('predictions/kernel')!.values);
  trained.close();

  const rows: Float32Array[] = [];
  const tell = (reply: ResultsReply): Promise<void> => {
    if (reply.type === 'prediction' && 'probabilities' in reply) rows.push(reply.probabilities);
    return Promise.resolve();
  };
  await predictImages({ type: 'predict', checkpoint, images: [join(folder, '0.png')], variants: 1 }, tell);
  const [sigmoids] = rows;
  assert.ok(Math.abs(sigmoids!.reduce((sum, value) => sum + value) - 1) > 1e-3, 'each class has its own probability');
});

test('a model keeps the arithmetic of its pretrained weights; a checkpoint without it is refused', async (t) => {
  const folder = temporaryFolder(t);
  const params = { backbone: 'b0', image_size: 32, weights: './timm.safetensors' };
  const trained = openTrainedModel(await randomCheckpoint(folder, params, { arithmetic: { variant: 'timm' } }));
  assert.match(trained.model.signature, /timm/);
  trained.close();
  const unknown = await randomCheckpoint(folder, params);
  assert.throws(() => openTrainedModel(unknown), { code: 'CHECKPOINT_UNUSABLE', message: /the arithmetic of its weights/ });
});
