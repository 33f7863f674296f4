import { listBlocks, type MobilePlan, type MobileStage, type PartNames } from './mobile-plan.js';
import { IMAGENET_SCALING, type Variant } from './plan.js';

export const EFFICIENTNETS = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'] as const;
export type EfficientNet = (typeof EFFICIENTNETS)[number];

/** Scaling factors from B0 to each size (arXiv 1905.11946), with the published resolution and dropout. */
const SCALING: Readonly<Record<EfficientNet, CompoundScaling>> = {
  b0: { width: 1.0, depth: 1.0, resolution: 224, dropout: 0.2 },
  b1: { width: 1.0, depth: 1.1, resolution: 240, dropout: 0.2 },
  b2: { width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  b3: { width: 1.2, depth: 1.4, resolution: 300, dropout: 0.3 },
  b4: { width: 1.4, depth: 1.8, resolution: 380, dropout: 0.4 },
  b5: { width: 1.6, depth: 2.2, resolution: 456, dropout: 0.4 },
  b6: { width: 1.8, depth: 2.6, resolution: 528, dropout: 0.5 },
  b7: { width: 2.0, depth: 3.1, resolution: 600, dropout: 0.5 },
};

export interface CompoundScaling {
  readonly width: number;
  readonly depth: number;
  /** Height and width of an image in pixels. */
  readonly resolution: number;
  readonly dropout: number;
}

/** The stages of B0: table 1 of the paper. */
export const B0_STAGES: readonly MobileStage[] = [
  { kernelSize: 3, repeats: 1, filtersIn: 32, filtersOut: 16, expansion: 1, strides: 1, squeeze: 0.25 },
  { kernelSize: 3, repeats: 2, filtersIn: 16, filtersOut: 24, expansion: 6, strides: 2, squeeze: 0.25 },
  { kernelSize: 5, repeats: 2, filtersIn: 24, filtersOut: 40, expansion: 6, strides: 2, squeeze: 0.25 },
  { kernelSize: 3, repeats: 3, filtersIn: 40, filtersOut: 80, expansion: 6, strides: 2, squeeze: 0.25 },
  { kernelSize: 5, repeats: 3, filtersIn: 80, filtersOut: 112, expansion: 6, strides: 1, squeeze: 0.25 },
  { kernelSize: 5, repeats: 4, filtersIn: 112, filtersOut: 192, expansion: 6, strides: 2, squeeze: 0.25 },
  { kernelSize: 3, repeats: 1, filtersIn: 192, filtersOut: 320, expansion: 6, strides: 1, squeeze: 0.25 },
];

export const EFFICIENTNET_PARTS: PartNames = {
  expand: 'expand_conv',
  expandNorm: 'expand_bn',
  depthwise: 'dwconv',
  depthwiseNorm: 'bn',
  project: 'project_conv',
  projectNorm: 'project_bn',
};

/** `block2a_` for the first block (a) of the second stage. `stage` and `place` start at 0. */
export function blockName(stage: number, place: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return `block${stage + 1}${letters[place]!}_`;
}

/** EfficientNet with the names of Keras applications. `timm` follows timm's `efficientnet_b0` and its other sizes. */
export function planEfficientNet(backbone: EfficientNet, variant: Variant): MobilePlan {
  const { width, depth, resolution, dropout } = SCALING[backbone];
  const filters = (count: number) => roundFilters(count * width);
  const stages = B0_STAGES.map((stage) => ({
    ...stage,
    repeats: Math.ceil(stage.repeats * depth),
    filtersIn: filters(stage.filtersIn),
    filtersOut: filters(stage.filtersOut),
  }));
  return {
    kind: 'mobile',
    resolution,
    minimumSize: 32,
    dropout,
    dropConnect: 0.2,
    scaling: IMAGENET_SCALING,
    activation: 'swish',
    padding: variant === 'keras' ? 'same' : 'symmetric',
    epsilon: variant === 'keras' ? 1e-3 : 1e-5,
    stem: { convolution: 'stem_conv', normalization: 'stem_bn', filters: filters(32) },
    blocks: listBlocks(stages, EFFICIENTNET_PARTS, blockName),
    top: { convolution: 'top_conv', normalization: 'top_bn', filters: filters(1280) },
  };
}

/** Rounds to the nearest multiple of 8; one step up if that is more than 10% below `filters`. */
export function roundFilters(filters: number): number {
  const rounded = nearestEight(filters);
  return rounded < 0.9 * filters ? rounded + 8 : rounded;
}

export function nearestEight(filters: number): number {
  return Math.max(8, Math.floor((filters + 4) / 8) * 8);
}
