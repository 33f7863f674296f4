import { blockName, EFFICIENTNET_PARTS, nearestEight } from './efficientnet.js';
import { listBlocks, type MobilePlan, type MobileStage } from './mobile-plan.js';
import { IMAGENET_SCALING, scaling, SIGNED_SCALING, type Variant } from './plan.js';

export const EFFICIENTNETS_V2 = ['v2-b0', 'v2-b1', 'v2-b2', 'v2-b3', 'v2-s', 'v2-m', 'v2-l'] as const;
export type EfficientNetV2 = (typeof EFFICIENTNETS_V2)[number];

/**
 * A stage: [kernel, repeats, filters in, filters out, expansion, strides, squeeze]. The first three are fused (arXiv
 * 2104.00298).
 */
type Row = readonly [number, number, number, number, number, 1 | 2, number];

const B: readonly Row[] = [
  [3, 1, 32, 16, 1, 1, 0],
  [3, 2, 16, 32, 4, 2, 0],
  [3, 2, 32, 48, 4, 2, 0],
  [3, 3, 48, 96, 4, 2, 0.25],
  [3, 5, 96, 112, 6, 1, 0.25],
  [3, 8, 112, 192, 6, 2, 0.25],
];
const S: readonly Row[] = [
  [3, 2, 24, 24, 1, 1, 0],
  [3, 4, 24, 48, 4, 2, 0],
  [3, 4, 48, 64, 4, 2, 0],
  [3, 6, 64, 128, 4, 2, 0.25],
  [3, 9, 128, 160, 6, 1, 0.25],
  [3, 15, 160, 256, 6, 2, 0.25],
];
const M: readonly Row[] = [
  [3, 3, 24, 24, 1, 1, 0],
  [3, 5, 24, 48, 4, 2, 0],
  [3, 5, 48, 80, 4, 2, 0],
  [3, 7, 80, 160, 4, 2, 0.25],
  [3, 14, 160, 176, 6, 1, 0.25],
  [3, 18, 176, 304, 6, 2, 0.25],
  [3, 5, 304, 512, 6, 1, 0.25],
];
const L: readonly Row[] = [
  [3, 4, 32, 32, 1, 1, 0],
  [3, 7, 32, 64, 4, 2, 0],
  [3, 7, 64, 96, 4, 2, 0],
  [3, 10, 96, 192, 4, 2, 0.25],
  [3, 19, 192, 224, 6, 1, 0.25],
  [3, 25, 224, 384, 6, 2, 0.25],
  [3, 7, 384, 640, 6, 1, 0.25],
];

const FUSED_STAGES = 3;

const FAMILY: Readonly<Record<EfficientNetV2, Member>> = {
  'v2-b0': { stages: B, width: 1.0, depth: 1.0, resolution: 224, dropout: 0.2 },
  'v2-b1': { stages: B, width: 1.0, depth: 1.1, resolution: 240, dropout: 0.2 },
  'v2-b2': { stages: B, width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  'v2-b3': { stages: B, width: 1.2, depth: 1.4, resolution: 300, dropout: 0.3 },
  'v2-s': { stages: S, width: 1.0, depth: 1.0, resolution: 384, dropout: 0.2 },
  'v2-m': { stages: M, width: 1.0, depth: 1.0, resolution: 480, dropout: 0.3 },
  'v2-l': { stages: L, width: 1.0, depth: 1.0, resolution: 480, dropout: 0.4 },
};

interface Member {
  readonly stages: readonly Row[];
  readonly width: number;
  readonly depth: number;
  readonly resolution: number;
  readonly dropout: number;
}

/**
 * EfficientNetV2 with the names of Keras applications. `timm` follows timm's `tf_efficientnetv2_s` and its other sizes. They
 * differ only in the scaling of pixels of S, M and L: Keras computes pixel / 128 - 1, timm pixel / 127.5 - 1.
 */
export function planEfficientNetV2(backbone: EfficientNetV2, variant: Variant): MobilePlan {
  const { stages: rows, width, depth, resolution, dropout } = FAMILY[backbone];
  const filters = (count: number) => nearestEight(count * width);
  const stages = rows.map(([kernelSize, repeats, filtersIn, filtersOut, expansion, strides, squeeze], index) => ({
    ...(index < FUSED_STAGES && { fused: true as const }),
    kernelSize,
    repeats: Math.ceil(repeats * depth),
    filtersIn: filters(filtersIn),
    filtersOut: filters(filtersOut),
    expansion,
    strides,
    squeeze,
  })) satisfies MobileStage[];
  const signed = variant === 'keras' ? scaling(1 / 128, -1) : SIGNED_SCALING;
  return {
    kind: 'mobile',
    resolution,
    minimumSize: 32,
    dropout,
    dropConnect: 0.2,
    scaling: rows === B ? IMAGENET_SCALING : signed,
    activation: 'swish',
    padding: 'same',
    epsilon: 1e-3,
    stem: { convolution: 'stem_conv', normalization: 'stem_bn', filters: stages[0]!.filtersIn },
    blocks: listBlocks(stages, { ...EFFICIENTNET_PARTS, depthwise: 'dwconv2' }, blockName),
    top: { convolution: 'top_conv', normalization: 'top_bn', filters: filters(1280) },
  };
}
