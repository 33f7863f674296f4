import type { Random } from '../../../core/random.js';
import type { Tensor } from '../../graph/native/tensorflow.js';

/** A layer: descriptions of its weights, and its function. Holds no tensors. */
export interface Layer {
  readonly weights: readonly WeightSpec[];
  apply(x: Tensor, pass: Pass): Tensor;
}

/** A classifier as layers. Each block is trained or frozen as a whole. */
export interface Network {
  /** Pixels from 0 to 255, [batch, height, width, 3], to features, [batch, features]. The first block includes the stem. */
  readonly blocks: readonly Layer[];
  /** Features to logits, [batch, classes]. */
  readonly head: Layer;
}

/** Describes a weight before it is created. */
export interface WeightSpec {
  /** Keras' name, or one in Keras' style: `block2a_expand_conv/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether gradients train it; false for moving statistics. */
  readonly trainable: boolean;
  readonly initialize: (shape: readonly number[], random: Random) => Float32Array;
}

/** One pass of a model over a batch. */
export interface Pass {
  value(weight: WeightSpec): Tensor;
  /** Sets the new value of a weight that is not trained (a moving statistic). */
  assign(weight: WeightSpec, value: Tensor): void;
  /** `undefined` in inference. */
  readonly training: TrainingInputs | undefined;
}

/** Inputs of a training step beside the batch. Equal inputs give equal steps. */
export interface TrainingInputs {
  /** Scalar in [0, 1): momentum of batch norm's moving statistics (the share that a step keeps). */
  readonly momentum: Tensor;
  /** int32 [2]: seed of dropout and stochastic depth. */
  readonly seed: Tensor;
  /** Scalar in [0, 1): share of features dropped before the classifier. */
  readonly dropout: Tensor;
  /** Scalar in [0, 1): probability that the last residual block is skipped. */
  readonly dropConnect: Tensor;
}

/** Applies layers one after another. */
export function sequence(...layers: readonly Layer[]): Layer {
  return {
    weights: layers.flatMap((layer) => layer.weights),
    apply: (x, pass) => layers.reduce((features, layer) => layer.apply(features, pass), x),
  };
}

/** A layer without weights that does the same in training and inference: an activation, a pooling. */
export function stateless(f: (x: Tensor) => Tensor): Layer {
  return { weights: [], apply: (x) => f(x) };
}

/** @param trainable - default: true */
export function newWeight(
  name: string,
  shape: readonly number[],
  initialize: WeightSpec['initialize'],
  trainable = true,
): WeightSpec {
  return { name, shape, trainable, initialize };
}
