import { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
import { globalAveragePool } from '../ops/global-average-pool.js';
import { swish } from '../ops/swish.js';
import { tf, type Tensor, type Tensor4D } from '../tensorflow.js';
import { classifierKernel, convolutionKernel, ones, zeros } from './initializers.js';
import type { Layer, WeightSpec } from './layer.js';

/** Keras' default, which the published weights were trained with. */
const EPSILON = 1e-3;

export interface ConvolutionShape {
  readonly kernelSize: number;
  readonly strides: 1 | 2;
  readonly filtersIn: number;
  readonly filtersOut: number;
}

/**
 * Convolution without bias, [batch, height, width, in] to [batch, height / strides, width / strides, out]. `same` padding is
 * also what Keras' EfficientNet pads by hand before strides of 2 (`correct_pad`), for odd and even sizes alike.
 */
export function convolution(name: string, { kernelSize, strides, filtersIn, filtersOut }: ConvolutionShape): Layer {
  const kernel = weight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, filtersOut], convolutionKernel);
  return {
    weights: [kernel],
    apply: (x, pass) => tf.conv2d(x as Tensor4D, pass.value(kernel) as Tensor4D, strides, 'same'),
  };
}

/** One filter per channel, otherwise as `convolution`. */
export function depthwiseConvolution(name: string, shape: Omit<ConvolutionShape, 'filtersOut'>): Layer {
  const { kernelSize, strides, filtersIn } = shape;
  const kernel = weight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, 1], convolutionKernel);
  return {
    weights: [kernel],
    apply: (x, pass) => tf.depthwiseConv2d(x as Tensor4D, pass.value(kernel) as Tensor4D, strides, 'same'),
  };
}

/** Normalizes by the batch in training, which also moves the statistics that inference normalizes by. */
export function batchNormalization(name: string, channels: number): Layer {
  const gamma = weight(`${name}/gamma`, [channels], ones);
  const beta = weight(`${name}/beta`, [channels], zeros);
  const movingMean = weight(`${name}/moving_mean`, [channels], zeros, false);
  const movingVariance = weight(`${name}/moving_variance`, [channels], ones, false);
  return {
    weights: [gamma, beta, movingMean, movingVariance],
    apply(x, pass) {
      const [scale, offset, oldMean, oldVariance] = this.weights.map((spec) => pass.value(spec)) as Four;
      if (pass.training === undefined) return batchNormInference(x, scale, offset, oldMean, oldVariance, EPSILON);
      const { momentum } = pass.training;
      const { y, mean, variance } = batchNormTraining(x, scale, offset, EPSILON);
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
export function dense(name: string, unitsIn: number, unitsOut: number): Layer {
  const kernel = weight(`${name}/kernel`, [unitsIn, unitsOut], classifierKernel);
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

function weight(name: string, shape: number[], initialize: WeightSpec['initialize'], trainable = true): WeightSpec {
  return { name, shape, trainable, initialize };
}

type Four = [Tensor, Tensor, Tensor, Tensor];
