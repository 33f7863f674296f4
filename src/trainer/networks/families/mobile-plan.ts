import type { InputScaling, Padding, Published } from './plan.js';

/** A network of inverted bottlenecks (MBConv, arXiv 1801.04381): MobileNetV2 and all EfficientNets. */
export interface MobilePlan extends Published {
  readonly kind: 'mobile';
  readonly scaling: InputScaling;
  readonly activation: 'swish' | 'relu6';
  readonly padding: Padding;
  /** Of batch norm. */
  readonly epsilon: number;
  readonly stem: MobileEnd;
  readonly blocks: readonly MobileBlock[];
  readonly top: MobileEnd;
}

/** The convolution before the blocks, or the one after. */
export interface MobileEnd {
  readonly convolution: string;
  readonly normalization: string;
  readonly filters: number;
}

export interface MobileBlock {
  /** Prefix of its weights' names, e.g. `block2a_`. */
  readonly name: string;
  readonly parts: PartNames;
  /** From 0, over all stages. */
  readonly index: number;
  /** Whether one convolution does the work of the first and the depthwise one (Fused-MBConv, arXiv 2104.00298). */
  readonly fused: boolean;
  readonly kernelSize: number;
  readonly strides: 1 | 2;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** How many times as many channels the block works on inside. */
  readonly expansion: number;
  /** Channels to which its squeeze and excitation goes down; 0: it has none. */
  readonly squeezed: number;
}

/** What Keras calls the layers of a block. */
export interface PartNames {
  readonly expand: string;
  readonly expandNorm: string;
  readonly depthwise: string;
  readonly depthwiseNorm: string;
  readonly project: string;
  readonly projectNorm: string;
}

/** Blocks in a row: the first one changes size and channels. */
export interface MobileStage {
  readonly fused?: true;
  readonly kernelSize: number;
  readonly repeats: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  readonly expansion: number;
  readonly strides: 1 | 2;
  /** Of the channels that a block takes, the share that squeeze and excitation goes down to. */
  readonly squeeze: number;
}

/** The blocks of all stages; `name` gets the stage and the place in it, both from 0, and the index over all. */
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
