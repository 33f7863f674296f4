import { tf, type Tensor } from '../tensorflow.js';
import { differentiable } from './differentiable.js';
import { runNative } from './native.js';

/**
 * x * sigmoid(x) (arXiv 1710.05941), any shape. The gradient, dy * s + SigmoidGrad(s, dy * x) with s = sigmoid(x), takes four
 * kernels instead of the eight that automatic differentiation makes of it.
 */
export const swish = differentiable(([x]: [Tensor], save) => {
  const s = tf.sigmoid(x);
  save([x, s]);
  return {
    value: x.mul(s),
    gradient: (dy, saved) => {
      const [x, s] = saved as [Tensor, Tensor];
      const [slope] = runNative('SigmoidGrad', { T: { type: 'float32' } }, [s, dy.mul(x)], 1);
      return [dy.mul(s).add(slope!)];
    },
  };
});
