import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { differentiable } from './differentiable.js';
import { runNative } from '../../graph/native/run-native.js';

/**
 * x * sigmoid(x) (arXiv 1710.05941), any shape. The forward pass computes the slope, s + x * s * (1 - s) with s =
 * sigmoid(x), and saves only it, in place of x and s. Takes three kernels; automatic differentiation takes eight.
 */
export const swish = differentiable(([x]: [Tensor], save) => {
  const s = tf.sigmoid(x);
  const [curve] = runNative('SigmoidGrad', { T: { type: 'float32' } }, [s, x], 1);
  save([s.add(curve!)]);
  return { value: x.mul(s), gradient: (dy, [slope]) => [dy.mul(slope!)] };
});
