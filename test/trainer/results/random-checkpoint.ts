import path from 'node:path';
import type { Params } from '../../../src/core/parameters.js';
import { seededRandom } from '../../../src/core/random.js';
import { writeArrays } from '../../../src/trainer/training/checkpoints/array-file.js';
import type { InferenceFacts } from '../../../src/trainer/training/checkpoints/checkpoint.js';
import { readSettings } from '../../../src/trainer/training/classifier-settings.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';
import { buildModel } from '../../../src/trainer/networks/model.js';

export const CLASS_NAMES = ['finch', 'heron', 'plover'];

/** Writes a checkpoint of an untrained model with random weights in its classifier and batch norm statistics. */
export async function randomCheckpoint(
  folder: string,
  params: Params,
  inference: InferenceFacts = {},
): Promise<string> {
  const { backbone, unfreeze } = readSettings(params).model;
  const model = buildModel({ backbone, unfreeze, classes: CLASS_NAMES.length, seed: 1, ...inference.arithmetic });
  const arrays = new Map(
    model.weights.map(({ name, variable }) => {
      const random = seededRandom(2, name);
      const values = variable.dataSync<'float32'>().slice();
      if (name === 'predictions/kernel') for (const place of values.keys()) values[place] = random() - 0.5;
      if (name.includes('moving')) for (const place of values.keys()) values[place]! += 0.5 * (random() - 0.5);
      return [name, { shape: variable.shape, values }] as const;
    }),
  );
  model.dispose();
  const owner = {
    trainer: `${imageClassifier.name}@${imageClassifier.version}`,
    ...{ seed: 1, params, classNames: CLASS_NAMES, images: 9 },
  };
  const file = path.join(folder, `${backbone}.ckpt`);
  await writeArrays(file, { meta: { owner, place: { epoch: 3 }, history: [], inference }, arrays });
  return file;
}
