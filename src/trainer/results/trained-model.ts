import { InputError } from '../../core/errors.js';
import { readArrays } from '../training/checkpoints/array-file.js';
import type { Checkpoint } from '../training/checkpoints/checkpoint.js';
import { readSettings, type ClassifierSettings } from '../training/classifier-settings.js';
import { imageClassifier } from '../manifest.js';
import { buildModel, type Model } from '../networks/model.js';
import { buildOptimizer } from '../training/optimizers/optimizer.js';
import type { StepState } from '../graph/program/program.js';
import { slotName } from '../graph/program/step-state.js';
import { tf } from '../graph/native/tensorflow.js';

/** What a trial has trained, to be asked about images. */
export interface TrainedModel {
  /** Its weights are those that validation went by: their average, where the trial keeps one. */
  readonly model: Model;
  readonly settings: ClassifierSettings;
  readonly classNames: readonly string[];
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** Epochs that it was trained for. */
  readonly epoch: number;
  readonly seed: number;
  /** Frees the weights. Safe to call twice. */
  close(): void;
}

/**
 * Builds a trial's model from the checkpoint at a path.
 *
 * @throws InputError CHECKPOINT_UNUSABLE where it is damaged or of another version; what `readSettings` throws
 */
export function openTrainedModel(checkpoint: string): TrainedModel {
  const read = readArrays(checkpoint);
  if (!read.whole) throw unusable(checkpoint, read.reason);
  const { owner, place, inference } = read.meta as Omit<Checkpoint, 'state'>;
  const version = `${imageClassifier.name}@${imageClassifier.version}`;
  if (owner.trainer !== version) {
    throw unusable(checkpoint, `it was written by ${owner.trainer}, and this is ${version}`);
  }
  const settings = readSettings(owner.params);
  const { backbone, unfreeze, weights } = settings.model;
  const arithmetic = inference?.arithmetic;
  if (weights !== 'none' && arithmetic === undefined) throw unusable(checkpoint, 'it does not say how its weights compute');
  const model = buildModel({ backbone, unfreeze, classes: owner.classNames.length, seed: owner.seed, ...arithmetic });
  try {
    load(model, read.arrays, buildOptimizer(settings.optimization.optimizer).evaluates);
  } catch (error) {
    model.dispose();
    throw error instanceof MissingWeight ? unusable(checkpoint, error.message) : error;
  }
  return {
    model,
    settings,
    classNames: owner.classNames,
    isMultiLabel: inference?.isMultiLabel ?? false,
    epoch: place.epoch,
    seed: owner.seed,
    close: () => model.dispose(),
  };
}

function load(model: Model, state: StepState, averages: string | undefined): void {
  for (const { name, variable, trainable } of model.weights) {
    const found = state.get(averages !== undefined && trainable ? slotName(name, averages) : name);
    if (found?.shape.join() !== variable.shape.join()) throw new MissingWeight(`it has no weight "${name}" of its model`);
    tf.tidy(() => variable.assign(tf.tensor(found.values, [...found.shape])));
  }
}

class MissingWeight extends Error {}

function unusable(checkpoint: string, reason: string): InputError {
  return new InputError('CHECKPOINT_UNUSABLE', `the checkpoint ${checkpoint} is of no use: ${reason}`, {
    hint: 'Run the sweep again into another database (--db), with `keep:` for the trials whose weights you want.',
  });
}
