import { globalAveragePool } from '../ops/global-average-pool.js';
import { relu6 } from '../ops/relu.js';
import { swish } from '../ops/swish.js';
import type { MobileBlock, MobileEnd, MobilePlan } from '../families/mobile-plan.js';
import { sequence, stateless, type Layer, type Network } from '../layers/layer.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution, depthwiseConvolution } from '../layers/convolution.js';
import { squeezeExcitation } from '../layers/squeeze-excitation.js';
import { classifier } from '../layers/dense.js';
import { scaleInput } from '../layers/scale-input.js';
import { residual } from '../layers/residual.js';

/** MobileNetV2 and all EfficientNets. The layers after the last block, up to the pooled features, belong to that block. */
export function mobileNetwork(plan: MobilePlan, classes: number): Network {
  const { stem, blocks, top } = plan;
  const bottlenecks = blocks.map((block) => bottleneck(plan, block));
  const last = bottlenecks.pop()!;
  return {
    blocks: [
      sequence(scaleInput(plan.scaling), end(plan, stem, { kernelSize: 3, strides: 2, filtersIn: 3 })),
      ...bottlenecks,
      sequence(
        last,
        end(plan, top, { kernelSize: 1, strides: 1, filtersIn: blocks.at(-1)!.filtersOut }),
        stateless(globalAveragePool),
      ),
    ],
    head: classifier(top.filters, classes),
  };
}

interface Window {
  readonly kernelSize: number;
  readonly strides: number;
  readonly filtersIn: number;
}

function end(plan: MobilePlan, { convolution: name, normalization, filters }: MobileEnd, window: Window): Layer {
  return sequence(
    convolution(name, { ...window, filtersOut: filters, padding: paddingOf(plan, window.kernelSize) }),
    batchNormalization(normalization, filters, plan.epsilon),
    activationOf(plan),
  );
}

/** Inverted bottleneck (arXiv 1801.04381), with a residual connection if input and output have the same shape. */
function bottleneck(plan: MobilePlan, block: MobileBlock): Layer {
  const { name, parts, filtersIn, filtersOut, squeezed } = block;
  const filters = filtersIn * block.expansion;
  const isSingle = block.fused && block.expansion === 1;
  const inner = sequence(
    ...(block.fused ? fusedExpansion(plan, block, filters) : expansion(plan, block, filters)),
    ...(squeezed === 0 ? [] : [squeezeExcitation(name, filters, squeezed)]),
    convolution(`${name}${parts.project}`, {
      kernelSize: isSingle ? block.kernelSize : 1,
      strides: isSingle ? block.strides : 1,
      filtersIn: filters,
      filtersOut,
      padding: isSingle ? paddingOf(plan, block.kernelSize) : 'same',
    }),
    batchNormalization(`${name}${parts.projectNorm}`, filtersOut, plan.epsilon),
    ...(isSingle ? [activationOf(plan)] : []),
  );
  if (block.strides !== 1 || filtersIn !== filtersOut) return inner;
  return residual(inner, { index: block.index, count: plan.blocks.length });
}

function expansion(plan: MobilePlan, block: MobileBlock, filters: number): Layer[] {
  const { name, parts, kernelSize, strides, filtersIn } = block;
  const pointwise = [
    convolution(`${name}${parts.expand}`, {
      kernelSize: 1,
      strides: 1,
      filtersIn,
      filtersOut: filters,
      padding: 'same',
    }),
    batchNormalization(`${name}${parts.expandNorm}`, filters, plan.epsilon),
    activationOf(plan),
  ];
  return [
    ...(block.expansion === 1 ? [] : pointwise),
    depthwiseConvolution(`${name}${parts.depthwise}`, {
      kernelSize,
      strides,
      filtersIn: filters,
      padding: paddingOf(plan, kernelSize),
    }),
    batchNormalization(`${name}${parts.depthwiseNorm}`, filters, plan.epsilon),
    activationOf(plan),
  ];
}

function fusedExpansion(plan: MobilePlan, block: MobileBlock, filters: number): Layer[] {
  const { name, parts, kernelSize, strides, filtersIn } = block;
  if (block.expansion === 1) return [];
  const padding = paddingOf(plan, kernelSize);
  return [
    convolution(`${name}${parts.expand}`, { kernelSize, strides, filtersIn, filtersOut: filters, padding }),
    batchNormalization(`${name}${parts.expandNorm}`, filters, plan.epsilon),
    activationOf(plan),
  ];
}

function activationOf({ activation }: MobilePlan): Layer {
  return stateless(activation === 'swish' ? swish : relu6);
}

function paddingOf({ padding }: MobilePlan, kernelSize: number): number | 'same' {
  return padding === 'same' ? 'same' : (kernelSize - 1) / 2;
}
