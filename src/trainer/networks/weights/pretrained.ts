import { InputError } from '../../../core/errors.js';
import type { Backbone } from '../backbones.js';
import type { Model, ModelOptions } from '../model.js';
import { tf } from '../../graph/native/tensorflow.js';
import { matchWeights, type MatchedTensor } from './matching/match-weights.js';
import { openWeightFile } from './formats/open-weight-file.js';
import { weightFileKey, type WeightChoice } from './catalogue/published.js';

/** An opened file of weights that a model starts from. */
export interface Pretrained {
  /** The arithmetic that the weights were trained in, which the model has to follow. */
  readonly options: Pick<ModelOptions, 'variant' | 'scaling'>;
  /** The scaling of pixels that was assumed, in words; `undefined` if the file tells it. */
  readonly assumedScaling: string | undefined;
  /** Assigns the weights to the model. The classifier keeps its initial values if the file's has another number of classes. */
  load(model: Model, classes: number): void;
  /** Safe to call twice. */
  close(): void;
}

/**
 * Opens the weights that a trial names and checks that they are those of its backbone. `undefined` if it names none.
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
    throw new InputError('WEIGHTS_NOT_FOUND', `the trial has no file for the weights "${key}"`, {
      hint: 'Start the trial with "sweep run FILE", which finds the files. Paths start at the folder of the sweep file.',
    });
  }
  const file = await openWeightFile(path);
  try {
    const { arithmetic, assumedScaling, tensors, classifier } = matchWeights(file, backbone);
    return {
      options: arithmetic,
      assumedScaling,
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
