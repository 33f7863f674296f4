import type { InputScaling, Padding, Published } from './plan.js';

/** A network of inverted bottlenecks (MBConv, arXiv 1801.04381): MobileNetV2 and all EfficientNets. */
export interface MobilePlan extends Published {
  readonly kind: 'mobile';
  readonly scaling: InputScaling;
  readonly activation: 'swish' | 'relu6';
  readonly padding: Padding;
  /** Epsilon of batch norm. */
  readonly epsilon: number;
  readonly stem: MobileEnd;
  readonly blocks: readonly MobileBlock[];
  readonly top: MobileEnd;
}

/** The convolution before the blocks (stem) or after them (top). */
export interface MobileEnd {
  readonly convolution: string;
  readonly normalization: string;
  readonly filters: number;
}

export interface MobileBlock {
  /** Prefix of the names of its weights: `block2a_`. */
  readonly name: string;
  readonly parts: PartNames;
  /** Position among the blocks of all stages, from 0. */
  readonly index: number;
  /** Whether one convolution replaces the expansion and the depthwise convolution (Fused-MBConv, arXiv 2104.00298). */
  readonly fused: boolean;
  readonly kernelSize: number;
  readonly strides: 1 | 2;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** Ratio of the channels inside the block to its input channels. */
  readonly expansion: number;
  /** Channels of its squeeze and excitation after the reduction; 0 if it has none. */
  readonly squeezed: number;
}

/** Keras' names of the layers of a block. */
export interface PartNames {
  readonly expand: string;
  readonly expandNorm: string;
  readonly depthwise: string;
  readonly depthwiseNorm: string;
  readonly project: string;
  readonly projectNorm: string;
}

/** A run of equal blocks. Only the first one changes size and channels. */
export interface MobileStage {
  readonly fused?: true;
  readonly kernelSize: number;
  readonly repeats: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  readonly expansion: number;
  readonly strides: 1 | 2;
  /** Ratio of squeeze-and-excitation channels to the block's input channels; 0 for none. */
  readonly squeeze: number;
}

/**
 * The blocks of all stages.
 *
 * @param name - returns a block's name from its stage, its place in the stage and its index among all blocks, all from 0
 */
export function listBlocks(
  stages: readonly MobileStage[],
  parts: PartNames,
  name: (stage: number, place: number, index: number) => string,
): MobileBlock[] {
  const blocks: MobileBlock[] = [];
  for (const [stage, { repeats, squeeze, fused = false, ...shape }] of stages.entries()) {
    for (let place = 0; place < repeats; place++) {
      const index = blocks.length;
      const filtersIn = place === 0 ? shape.filtersIn : shape.filtersOut;
      const strides = place === 0 ? shape.strides : 1;
      const squeezed = squeeze === 0 ? 0 : Math.max(1, Math.floor(filtersIn * squeeze));
      blocks.push({ name: name(stage, place, index), parts, index, fused, ...shape, filtersIn, strides, squeezed });
    }
  }
  return blocks;
}
