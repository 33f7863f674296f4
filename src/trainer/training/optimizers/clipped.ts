import type { Optimizer } from '../../graph/program/program.js';
import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { prepare } from './extend.js';

/** Clips gradients by their global norm, as Keras' `global_clipnorm` does (arXiv 1211.5063). `norm` is the upper limit, > 0. */
export function clipped(optimizer: Optimizer, norm: number): Optimizer {
  return prepare(optimizer, {
    signature: 'clip',
    inputs: () => ({ gradient_clip_norm: norm }),
    prepare(gradients, inputs) {
      const limit = inputs['gradient_clip_norm']!;
      const scale = tf.minimum(1, limit.div(globalNorm([...gradients.values()])));
      return new Map([...gradients].map(([weight, gradient]) => [weight, gradient.mul(scale)]));
    },
  });
}

/** The Euclidean norm of all arrays taken as one vector. Returns a scalar. */
export function globalNorm(arrays: readonly Tensor[]): Tensor {
  return arrays
    .map((array) => array.square().sum())
    .reduce((sum, square) => sum.add(square), tf.scalar(0))
    .sqrt();
}
