import type { Random } from '../../../core/random.js';
import type { Tensor } from '../../graph/native/tensorflow.js';

/** A part of a model as a plain value: the weights it needs, and its function. Holds no tensors. */
export interface Layer {
  readonly weights: readonly WeightSpec[];
  apply(x: Tensor, pass: Pass): Tensor;
}

/** A classifier as layers, grouped into the blocks that are trained or frozen as a whole. */
export interface Network {
  /** From pixels in 0 to 255, [batch, height, width, 3], to features, [batch, features]. The first block is the stem. */
  readonly blocks: readonly Layer[];
  /** From features to logits, [batch, classes]. */
  readonly head: Layer;
}

/** Description of a weight that is not created yet. */
export interface WeightSpec {
  /** Keras' name, or one in Keras' style: `block2a_expand_conv/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether gradients train it. false: a moving statistic. */
  readonly trainable: boolean;
  readonly initialize: (shape: readonly number[], random: Random) => Float32Array;
}

/** One run of a model over a batch. */
export interface Pass {
  value(weight: WeightSpec): Tensor;
  /** Sets the new value of a weight that is not trained (a moving statistic). */
  assign(weight: WeightSpec, value: Tensor): void;
  /** `undefined` in inference. */
  readonly training: TrainingInputs | undefined;
}

/** Inputs that only training uses, fed anew at each step. Equal inputs give equal steps. */
export interface TrainingInputs {
  /** Scalar in [0, 1): share of a moving statistic that is kept when the batch's statistic is mixed in. */
  readonly momentum: Tensor;
  /** int32 [2]: seed of dropout and stochastic depth. */
  readonly seed: Tensor;
  /** Scalar in [0, 1): share of features dropped before the classifier. */
  readonly dropout: Tensor;
  /** Scalar in [0, 1): probability that the last residual block is skipped. */
  readonly dropConnect: Tensor;
}

/** Layers one after another. */
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
