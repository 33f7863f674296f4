import type { Random } from '../../core/random.js';
import type { Tensor } from '../graph/native/tensorflow.js';

/** A part of a model as a value: the weights it needs and what it does with them. Holds no tensors itself. */
export interface Layer {
  readonly weights: readonly WeightSpec[];
  apply(x: Tensor, pass: Pass): Tensor;
}

/** A weight before it exists. */
export interface WeightSpec {
  /** As Keras spells it, or would: `block2a_expand_conv/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether gradients train it; a moving statistic is not. */
  readonly trainable: boolean;
  readonly initialize: (shape: readonly number[], random: Random) => Float32Array;
}

/** One run of a model over a batch. */
export interface Pass {
  value(weight: WeightSpec): Tensor;
  /** Hands in the new value of a weight that is not trained. */
  assign(weight: WeightSpec, value: Tensor): void;
  /** `undefined` in inference. */
  readonly training: TrainingInputs | undefined;
}

/** What layers do in training alone depends on these, fed anew at each step: equal feeds give equal steps. */
export interface TrainingInputs {
  /** Scalar in [0, 1): share of a moving statistic that is kept when the batch's is mixed in. */
  readonly momentum: Tensor;
  /** int32 [2]: what dropout draws from. */
  readonly seed: Tensor;
  /** Scalar in [0, 1): share of features dropped before the classifier. */
  readonly dropout: Tensor;
  /** Scalar in [0, 1): how often the last residual block is skipped. */
  readonly dropConnect: Tensor;
}

/** Layers one after another. */
export function sequence(...layers: readonly Layer[]): Layer {
  return {
    weights: layers.flatMap((layer) => layer.weights),
    apply: (x, pass) => layers.reduce((features, layer) => layer.apply(features, pass), x),
  };
}

/** A layer without weights, the same in training and inference: an activation, a pooling. */
export function stateless(f: (x: Tensor) => Tensor): Layer {
  return { weights: [], apply: (x) => f(x) };
}
