import { tf } from '../../graph/native/tensorflow.js';
import { globalAveragePool } from '../ops/global-average-pool.js';
import { swish } from '../ops/swish.js';
import { convolutionKernel, zeros } from './initializers.js';
import { newWeight, type Layer } from './layer.js';

/**
 * Squeeze and excitation (arXiv 1709.01507): scales each channel by a factor in (0, 1) that two dense layers compute from the
 * channels' means. Kernels have the shape of 1x1 convolutions, as in Keras.
 */
export function squeezeExcitation(name: string, channels: number, squeezed: number): Layer {
  const reduce = pointwise(`${name}se_reduce`, channels, squeezed);
  const expand = pointwise(`${name}se_expand`, squeezed, channels);
  return {
    weights: [...reduce.weights, ...expand.weights],
    apply(x, pass) {
      const scale = tf.sigmoid(expand.apply(swish(reduce.apply(globalAveragePool(x), pass)), pass));
      return x.mul(scale.reshape([-1, 1, 1, channels]));
    },
  };
}

/** A 1x1 convolution with bias on a single pixel: [batch, in] to [batch, out]. */
function pointwise(name: string, filtersIn: number, filtersOut: number): Layer {
  const kernel = newWeight(`${name}/kernel`, [1, 1, filtersIn, filtersOut], convolutionKernel);
  const bias = newWeight(`${name}/bias`, [filtersOut], zeros);
  return {
    weights: [kernel, bias],
    apply: (x, pass) => tf.matMul(x, pass.value(kernel).reshape([filtersIn, filtersOut])).add(pass.value(bias)),
  };
}
