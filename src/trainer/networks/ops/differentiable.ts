import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * A function with a hand-written gradient instead of the one that automatic differentiation derives.
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
 * Hands a tensor that was kept (`tf.keep`) to the current scope, which frees it at its end. TensorFlow.js runs the function of
 * a gradient in a scope of its own: this is how a second result gets out of it.
 */
export function unkeep(kept: Tensor): Tensor {
  const tensor = tf.clone(kept);
  kept.dispose();
  return tensor;
}
