import { dropConnect, dropout } from '../ops/dropout.js';
import { globalAveragePool } from '../ops/global-average-pool.js';
import { swish } from '../ops/swish.js';
import { tf } from '../tensorflow.js';
import type { BlockPlan, EfficientNetPlan } from './efficientnet-plan.js';
import { sequence, stateless, type Layer } from './layer.js';
import { batchNormalization, convolution, dense, depthwiseConvolution, squeezeExcitation } from './layers.js';

/** Mean and standard deviation of ImageNet's channels, for pixels in 0 to 1: what the published weights expect. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/**
 * EfficientNet (arXiv 1905.11946) in the form and with the names of Keras' applications. Takes pixels from 0 to 255,
 * [batch, height, width, 3], and returns logits, [batch, classes].
 */
export function efficientNet(plan: EfficientNetPlan, classes: number): Layer {
  const { stemFilters, blocks, topFilters } = plan;
  const lastFilters = blocks.at(-1)!.filtersOut;
  return sequence(
    stateless((pixels) => {
      const scale = DEVIATION.map((deviation) => 1 / (255 * deviation));
      const offset = MEAN.map((mean, channel) => -mean / DEVIATION[channel]!);
      return pixels.mul(tf.tensor1d(scale)).add(tf.tensor1d(offset));
    }),
    convolution('stem_conv', { kernelSize: 3, strides: 2, filtersIn: 3, filtersOut: stemFilters }),
    batchNormalization('stem_bn', stemFilters),
    stateless(swish),
    ...blocks.map((block) => residualBlock(block, blocks.length)),
    convolution('top_conv', { kernelSize: 1, strides: 1, filtersIn: lastFilters, filtersOut: topFilters }),
    batchNormalization('top_bn', topFilters),
    stateless(swish),
    stateless(globalAveragePool),
    classifierDropout,
    dense('predictions', topFilters, classes),
  );
}

/** Streams of random numbers: the classifier's dropout has one, each block the one of its index after it. */
const CLASSIFIER_STREAM = 0;
const FIRST_BLOCK_STREAM = 1;

const classifierDropout: Layer = {
  weights: [],
  apply: (x, { training }) => {
    if (training === undefined) return x;
    return dropout(x, training.dropout, { seed: training.seed, stream: CLASSIFIER_STREAM });
  },
};

/** Mobile inverted bottleneck (MBConv, arXiv 1801.04381) with squeeze and excitation to a quarter of the channels it takes. */
function residualBlock(block: BlockPlan, blockCount: number): Layer {
  const { name, index, kernelSize, strides, filtersIn, filtersOut } = block;
  const filters = filtersIn * block.expansion;
  const expand = [
    convolution(`${name}expand_conv`, { kernelSize: 1, strides: 1, filtersIn, filtersOut: filters }),
    batchNormalization(`${name}expand_bn`, filters),
    stateless(swish),
  ];
  const inner = sequence(
    ...(block.expansion === 1 ? [] : expand),
    depthwiseConvolution(`${name}dwconv`, { kernelSize, strides, filtersIn: filters }),
    batchNormalization(`${name}bn`, filters),
    stateless(swish),
    squeezeExcitation(name, filters, Math.max(1, Math.floor(filtersIn / 4))),
    convolution(`${name}project_conv`, { kernelSize: 1, strides: 1, filtersIn: filters, filtersOut }),
    batchNormalization(`${name}project_bn`, filtersOut),
  );
  if (strides !== 1 || filtersIn !== filtersOut) return inner;
  return {
    weights: inner.weights,
    apply(x, pass) {
      const features = inner.apply(x, pass);
      const { training } = pass;
      if (training === undefined) return features.add(x);
      const rate = training.dropConnect.mul(index / blockCount);
      return dropConnect(features, rate, { seed: training.seed, stream: FIRST_BLOCK_STREAM + index }).add(x);
    },
  };
}
