import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { differentiable } from './differentiable.js';
import { runNative } from '../../graph/native/run-native.js';

/**
 * Mean over height and width: [batch, height, width, channels] to [batch, channels]. The gradient is a broadcast; automatic
 * differentiation would multiply by an array of ones as large as the image.
 */
export const globalAveragePool = differentiable(([x]: [Tensor]) => {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return {
    value: tf.mean(x, [1, 2]),
    gradient: (dy) => {
      const share = dy.mul(1 / (height * width)).reshape([batch, 1, 1, channels]);
      const shape = tf.tensor1d(x.shape, 'int32');
      return runNative('BroadcastTo', { T: { type: 'float32' }, Tidx: { type: 'int32' } }, [share, shape], 1);
    },
  };
});
