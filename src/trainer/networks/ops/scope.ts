import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * Gives a tensor that was kept (`tf.keep`) to the scope that is open now, which frees it at its end like any other. How a
 * result beside the main one leaves a function that TensorFlow.js runs in a scope of its own.
 */
export function unkeep(kept: Tensor): Tensor {
  const tensor = tf.clone(kept);
  kept.dispose();
  return tensor;
}
