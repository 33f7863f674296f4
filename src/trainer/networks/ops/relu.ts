import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { differentiable } from './differentiable.js';
import { runNative } from '../../graph/native/run-native.js';

/** max(x, 0), any shape; value and gradient take one kernel each. */
export const relu = rectifier((x) => tf.relu(x), 'ReluGrad');

/** min(max(x, 0), 6) (Krizhevsky, 2010), any shape. */
export const relu6 = rectifier((x) => tf.relu6(x), 'Relu6Grad');

function rectifier(f: (x: Tensor) => Tensor, gradientKernel: string): (x: Tensor) => Tensor {
  return differentiable(([x]: [Tensor], save) => {
    save([x]);
    return {
      value: f(x),
      gradient: (dy, [x]) => runNative(gradientKernel, { T: { type: 'float32' } }, [dy, x!], 1),
    };
  });
}
