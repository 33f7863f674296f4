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

/** A trial's trained model, ready for inference. */
export interface TrainedModel {
  /** Has the weights used for validation: the moving average, if the trial keeps one (`ema_decay`). */
  readonly model: Model;
  readonly settings: ClassifierSettings;
  readonly classNames: readonly string[];
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** Number of training epochs. */
  readonly epoch: number;
  readonly seed: number;
  /** Frees the weights. Safe to call twice. */
  close(): void;
}

/**
 * Builds a trial's model from a checkpoint file.
 *
 * @throws InputError CHECKPOINT_UNUSABLE if it is damaged or from another version; the errors of `readSettings`
 */
export function openTrainedModel(checkpoint: string): TrainedModel {
  const read = readArrays(checkpoint);
  if (!read.whole) throw unusable(checkpoint, read.reason);
  const { owner, place, inference } = read.meta as Omit<Checkpoint, 'state'>;
  const version = `${imageClassifier.name}@${imageClassifier.version}`;
  if (owner.trainer !== version) {
    throw unusable(checkpoint, `it was written by ${owner.trainer}, but this is ${version}`);
  }
  const settings = readSettings(owner.params);
  const { backbone, unfreeze, weights } = settings.model;
  const arithmetic = inference?.arithmetic;
  if (weights !== 'none' && arithmetic === undefined) throw unusable(checkpoint, 'it does not record the arithmetic of its weights');
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
  return new InputError('CHECKPOINT_UNUSABLE', `the checkpoint ${checkpoint} cannot be used: ${reason}`, {
    hint: 'Run the sweep again into another database (--db), with `keep:` for the trials whose weights you want.',
  });
}
