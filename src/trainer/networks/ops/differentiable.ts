import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * A function with a hand-written gradient in place of automatic differentiation.
 *
 * @param define - computes `value`, saves the tensors that `gradient` needs, and returns both. `gradient` takes the gradient
 *   of the value and returns one gradient per input, in order
 */
export function differentiable<Inputs extends Tensor[]>(
  define: (
    inputs: Inputs,
    save: (tensors: Tensor[]) => void,
  ) => { readonly value: Tensor; readonly gradient: (dy: Tensor, saved: Tensor[]) => Tensor[] },
): (...inputs: Inputs) => Tensor {
  return tf.customGrad((...args) => {
    const save = args.pop() as (tensors: Tensor[]) => void;
    const { value, gradient } = define(args as Inputs, save);
    return { value, gradFunc: gradient };
  });
}

/**
 * Hands a tensor that was kept (`tf.keep`) to the current scope, which frees it at its end. TensorFlow.js runs the function
 * of `differentiable` in its own scope, so a second result has to be kept to leave it.
 */
export function unkeep(kept: Tensor): Tensor {
  const tensor = tf.clone(kept);
  kept.dispose();
  return tensor;
}
