import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * A function with a gradient of its own, in place of the one that automatic differentiation would find.
 *
 * @param define - computes `value`, saves the tensors that `gradient` will get, and returns both; `gradient` takes the
 *   gradient of the value and returns one of each input, in order
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
