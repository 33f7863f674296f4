import { batchNormInference, batchNormTraining } from './ops/batch-norm.js';
import { globalAveragePool } from './ops/global-average-pool.js';
import { zeroPad } from './ops/zero-pad.js';
import { swish } from './ops/swish.js';
import { tf, type Tensor, type Tensor4D } from '../graph/native/tensorflow.js';
import { classifierKernel, convolutionKernel, ones, zeros } from './initializers.js';
import type { Layer, WeightSpec } from './layer.js';

export interface ConvolutionShape {
  readonly kernelSize: number;
  readonly strides: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** Pixels of zeros on every side, or as few as [batch, height / strides, ...] needs and the odd one at the end (`same`). */
  readonly padding: number | 'same';
  /** Default: false. */
  readonly bias?: boolean;
  /** Default: `convolutionKernel`. */
  readonly initialize?: WeightSpec['initialize'];
}

/**
 * Convolution, [batch, height, width, in] to [batch, height / strides, width / strides, out]. `same` is also what Keras pads by
 * hand before strides of 2 (`correct_pad`), for odd and even sizes alike.
 */
export function convolution(name: string, shape: ConvolutionShape): Layer {
  const { kernelSize, strides, filtersIn, filtersOut, padding, initialize = convolutionKernel } = shape;
  const kernel = weight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, filtersOut], initialize);
  const bias = shape.bias === true ? weight(`${name}/bias`, [filtersOut], zeros) : undefined;
  return {
    weights: bias === undefined ? [kernel] : [kernel, bias],
    apply(x, pass) {
      const [padded, mode] = pad(x as Tensor4D, kernelSize, strides, padding);
      const y = tf.conv2d(padded, pass.value(kernel) as Tensor4D, strides, mode);
      return bias === undefined ? y : y.add(pass.value(bias));
    },
  };
}

/** One filter per channel, otherwise as `convolution`. */
export function depthwiseConvolution(
  name: string,
  shape: Pick<ConvolutionShape, 'kernelSize' | 'strides' | 'filtersIn' | 'padding'>,
): Layer {
  const { kernelSize, strides, filtersIn, padding } = shape;
  const kernel = weight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, 1], convolutionKernel);
  return {
    weights: [kernel],
    apply(x, pass) {
      const [padded, mode] = pad(x as Tensor4D, kernelSize, strides, padding);
      return tf.depthwiseConv2d(padded, pass.value(kernel) as Tensor4D, strides, mode);
    },
  };
}

/** Normalizes by the batch in training, which also moves the statistics that inference normalizes by. */
export function batchNormalization(name: string, channels: number, epsilon: number): Layer {
  const gamma = weight(`${name}/gamma`, [channels], ones);
  const beta = weight(`${name}/beta`, [channels], zeros);
  const movingMean = weight(`${name}/moving_mean`, [channels], zeros, false);
  const movingVariance = weight(`${name}/moving_variance`, [channels], ones, false);
  return {
    weights: [gamma, beta, movingMean, movingVariance],
    apply(x, pass) {
      const [scale, offset, oldMean, oldVariance] = this.weights.map((spec) => pass.value(spec)) as Four;
      if (pass.training === undefined) return batchNormInference(x, scale, offset, oldMean, oldVariance, epsilon);
      const { momentum } = pass.training;
      const { y, mean, variance } = batchNormTraining(x, scale, offset, epsilon);
      pass.assign(movingMean, mean.add(oldMean.sub(mean).mul(momentum)));
      pass.assign(movingVariance, variance.add(oldVariance.sub(variance).mul(momentum)));
      return y;
    },
  };
}

/**
 * Squeeze and excitation (arXiv 1709.01507): scales each channel by a number in (0, 1) that a small network of two layers
 * makes of all channels' means. Kernels have the shape of 1x1 convolutions, as in Keras.
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

/** Fully connected layer with bias, [batch, in] to [batch, out]. */
export function dense(name: string, unitsIn: number, unitsOut: number, initialize = classifierKernel): Layer {
  const kernel = weight(`${name}/kernel`, [unitsIn, unitsOut], initialize);
  const bias = weight(`${name}/bias`, [unitsOut], zeros);
  return {
    weights: [kernel, bias],
    apply: (x, pass) => tf.matMul(x, pass.value(kernel)).add(pass.value(bias)),
  };
}

/** A 1x1 convolution with bias where there is but one pixel: [batch, in] to [batch, out]. */
function pointwise(name: string, filtersIn: number, filtersOut: number): Layer {
  const kernel = weight(`${name}/kernel`, [1, 1, filtersIn, filtersOut], convolutionKernel);
  const bias = weight(`${name}/bias`, [filtersOut], zeros);
  return {
    weights: [kernel, bias],
    apply: (x, pass) => tf.matMul(x, pass.value(kernel).reshape([filtersIn, filtersOut])).add(pass.value(bias)),
  };
}

/** Zeros around an image where TensorFlow's kernels do not add them themselves. */
function pad(
  x: Tensor4D,
  kernelSize: number,
  strides: number,
  padding: number | 'same',
): [x: Tensor4D, mode: 'same' | 'valid'] {
  const isSame = padding === 'same' || (strides === 1 && 2 * padding + 1 === kernelSize);
  if (isSame) return [x, 'same'];
  return [padding === 0 ? x : zeroPad(x, padding), 'valid'];
}

function weight(name: string, shape: number[], initialize: WeightSpec['initialize'], trainable = true): WeightSpec {
  return { name, shape, trainable, initialize };
}

type Four = [Tensor, Tensor, Tensor, Tensor];
