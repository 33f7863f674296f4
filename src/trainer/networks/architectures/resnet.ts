import { globalAveragePool } from '../ops/global-average-pool.js';
import { relu } from '../ops/relu.js';
import { tf, type Tensor4D } from '../../graph/native/tensorflow.js';
import type { ResNetBlock, ResNetConvolution, ResNetPlan } from '../families/resnet.js';
import { sequence, stateless, type Layer, type Network } from '../layers/layer.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution, zeroPad } from '../layers/convolution.js';
import { classifier } from '../layers/dense.js';
import { scaleInput } from '../layers/scale-input.js';
import { residual } from '../layers/residual.js';

/** ResNet (arXiv 1512.03385). */
export function resNetwork(plan: ResNetPlan, classes: number): Network {
  const { stem, bias, epsilon } = plan;
  const filtersOut = stem.filters;
  const blocks = plan.blocks.map((block) => residualBlock(plan, block));
  const last = blocks.pop()!;
  return {
    blocks: [
      sequence(
        scaleInput(plan.scaling),
        convolution(stem.convolution, { kernelSize: 7, strides: 2, filtersIn: 3, filtersOut, padding: 3, bias }),
        batchNormalization(stem.normalization, filtersOut, epsilon),
        stateless(relu),
        // After ReLU no value is below 0, so padding with zeros changes no maximum.
        stateless((x) => tf.maxPool(zeroPad(x as Tensor4D, 1), 3, 2, 'valid')),
      ),
      ...blocks,
      sequence(last, stateless(globalAveragePool)),
    ],
    head: classifier(plan.blocks.at(-1)!.filtersOut, classes),
  };
}

function residualBlock(plan: ResNetPlan, block: ResNetBlock): Layer {
  const path: Layer[] = [];
  let { filtersIn } = block;
  for (const part of block.path) {
    if (path.length > 0) path.push(stateless(relu));
    path.push(normalizedConvolution(plan, part, filtersIn));
    filtersIn = part.filtersOut;
  }
  const shortcut = block.shortcut && normalizedConvolution(plan, block.shortcut, block.filtersIn);
  const place = { index: block.index, count: plan.blocks.length };
  return sequence(residual(sequence(...path), place, shortcut), stateless(relu));
}

function normalizedConvolution({ bias, epsilon }: ResNetPlan, part: ResNetConvolution, filtersIn: number): Layer {
  const { kernelSize, strides, filtersOut } = part;
  const padding = (kernelSize - 1) / 2;
  return sequence(
    convolution(part.convolution, { kernelSize, strides, filtersIn, filtersOut, padding, bias }),
    batchNormalization(part.normalization, filtersOut, epsilon),
  );
}
