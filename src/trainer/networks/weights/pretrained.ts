import { InputError } from '../../../core/errors.js';
import type { Backbone } from '../backbones.js';
import type { Model, ModelOptions } from '../model.js';
import { tf } from '../../graph/native/tensorflow.js';
import { matchWeights, type MatchedTensor } from './match-weights.js';
import { openWeightFile } from './formats/open-weight-file.js';
import { weightFileKey, type WeightChoice } from './catalogue/weight-choice.js';

/** Weights that a model is going to start from. */
export interface Pretrained {
  /** How the model has to compute for them to be what they were. */
  readonly options: Pick<ModelOptions, 'variant' | 'scaling'>;
  /** Puts them into the model; its classifier keeps its own where it tells another number of classes apart. */
  load(model: Model, classes: number): void;
  /** Safe to call twice. */
  close(): void;
}

/**
 * Opens the weights that a trial names and makes sure that they are those of its backbone. `undefined` where it names none.
 *
 * @param files - `TrainingContext.files`
 * @throws InputError WEIGHTS_NOT_FOUND, and what `openWeightFile` and `matchWeights` throw
 */
export async function openPretrained(
  { weights, backbone }: { readonly weights: WeightChoice; readonly backbone: Backbone },
  files: Readonly<Record<string, string>>,
): Promise<Pretrained | undefined> {
  const key = weightFileKey(weights, backbone);
  if (key === undefined) return undefined;
  const path = files[key];
  if (path === undefined) {
    throw new InputError('WEIGHTS_NOT_FOUND', `the trial was not given the file of the weights "${key}"`, {
      hint: 'Run the sweep by its file: paths start at the file’s folder.',
    });
  }
  const file = await openWeightFile(path);
  try {
    const { arithmetic, tensors, classifier } = matchWeights(file, backbone);
    return {
      options: arithmetic,
      load: (model, classes) => {
        assign(model, tensors);
        if (classifier?.classes === classes) assign(model, classifier.tensors);
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function assign(model: Model, tensors: readonly MatchedTensor[]): void {
  const variables = new Map(model.weights.map(({ name, variable }) => [name, variable]));
  for (const tensor of tensors) {
    const { name, shape } = tensor;
    const variable = variables.get(name);
    if (variable === undefined) throw new TypeError(`the model has no weight "${name}"`);
    tf.tidy(() => variable.assign(tf.tensor(tensor.read(), [...shape])));
  }
}
