import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/** The Euclidean norm of several arrays as one vector: a scalar. */
export function globalNorm(arrays: readonly Tensor[]): Tensor {
  return arrays
    .map((array) => array.square().sum())
    .reduce((sum, square) => sum.add(square), tf.scalar(0))
    .sqrt();
}
