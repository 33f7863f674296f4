import { listBlocks, type MobilePlan, type MobileStage, type PartNames } from './mobile-plan.js';
import { IMAGENET_SCALING, SIGNED_SCALING, type Variant } from './plan.js';

export const MOBILENETS_V2 = ['mobilenet-v2'] as const;
export type MobileNetV2 = (typeof MOBILENETS_V2)[number];

/** Table 2 of arXiv 1801.04381. */
const STAGES: readonly MobileStage[] = [
  { kernelSize: 3, repeats: 1, filtersIn: 32, filtersOut: 16, expansion: 1, strides: 1, squeeze: 0 },
  { kernelSize: 3, repeats: 2, filtersIn: 16, filtersOut: 24, expansion: 6, strides: 2, squeeze: 0 },
  { kernelSize: 3, repeats: 3, filtersIn: 24, filtersOut: 32, expansion: 6, strides: 2, squeeze: 0 },
  { kernelSize: 3, repeats: 4, filtersIn: 32, filtersOut: 64, expansion: 6, strides: 2, squeeze: 0 },
  { kernelSize: 3, repeats: 3, filtersIn: 64, filtersOut: 96, expansion: 6, strides: 1, squeeze: 0 },
  { kernelSize: 3, repeats: 3, filtersIn: 96, filtersOut: 160, expansion: 6, strides: 2, squeeze: 0 },
  { kernelSize: 3, repeats: 1, filtersIn: 160, filtersOut: 320, expansion: 6, strides: 1, squeeze: 0 },
];

const PARTS: PartNames = {
  expand: 'expand',
  expandNorm: 'expand_BN',
  depthwise: 'depthwise',
  depthwiseNorm: 'depthwise_BN',
  project: 'project',
  projectNorm: 'project_BN',
};

/** MobileNetV2 of width 1 with the names of Keras applications. `timm` follows timm's `mobilenetv2_100`. */
export function planMobileNetV2(_backbone: MobileNetV2, variant: Variant): MobilePlan {
  return {
    kind: 'mobile',
    resolution: 224,
    minimumSize: 32,
    dropout: 0.2,
    dropConnect: 0,
    scaling: variant === 'keras' ? SIGNED_SCALING : IMAGENET_SCALING,
    activation: 'relu6',
    padding: variant === 'keras' ? 'same' : 'symmetric',
    epsilon: variant === 'keras' ? 1e-3 : 1e-5,
    stem: { convolution: 'Conv1', normalization: 'bn_Conv1', filters: 32 },
    blocks: listBlocks(STAGES, PARTS, (_stage, _place, index) => (index === 0 ? 'expanded_conv_' : `block_${index}_`)),
    top: { convolution: 'Conv_1', normalization: 'Conv_1_bn', filters: 1280 },
  };
}
