import { B0_STAGES, blockName, EFFICIENTNET_PARTS, roundFilters, type CompoundScaling } from './efficientnet.js';
import { listBlocks, type MobilePlan } from './mobile-plan.js';
import { IMAGENET_SCALING, scaling, type Variant } from './plan.js';

export const EFFICIENTNET_LITES = ['lite0', 'lite1', 'lite2', 'lite3', 'lite4'] as const;
export type EfficientNetLite = (typeof EFFICIENTNET_LITES)[number];

/** https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite */
const SCALING: Readonly<Record<EfficientNetLite, CompoundScaling>> = {
  lite0: { width: 1.0, depth: 1.0, resolution: 224, dropout: 0.2 },
  lite1: { width: 1.0, depth: 1.1, resolution: 240, dropout: 0.2 },
  lite2: { width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  lite3: { width: 1.2, depth: 1.4, resolution: 280, dropout: 0.3 },
  lite4: { width: 1.4, depth: 1.8, resolution: 300, dropout: 0.3 },
};

/**
 * EfficientNet-Lite: no squeeze and excitation, ReLU6 in place of swish; the stem, the top and the repeats of the first and
 * last stage do not scale. `keras` follows TensorFlow (timm's `tf_efficientnet_lite0`), `timm` follows timm's
 * `efficientnet_lite0`. Keras does not have the family; layers are named as in its EfficientNet.
 */
export function planEfficientNetLite(backbone: EfficientNetLite, variant: Variant): MobilePlan {
  const { width, depth, resolution, dropout } = SCALING[backbone];
  const isEnd = (stage: number) => stage === 0 || stage === B0_STAGES.length - 1;
  const stages = B0_STAGES.map((stage, index) => ({
    ...stage,
    squeeze: 0,
    repeats: isEnd(index) ? stage.repeats : Math.ceil(stage.repeats * depth),
    filtersIn: index === 0 ? STEM_FILTERS : roundFilters(stage.filtersIn * width),
    filtersOut: roundFilters(stage.filtersOut * width),
  }));
  return {
    kind: 'mobile',
    resolution,
    minimumSize: 32,
    dropout,
    dropConnect: 0.2,
    scaling: variant === 'keras' ? scaling(1 / 128, -127 / 128) : IMAGENET_SCALING,
    activation: 'relu6',
    padding: variant === 'keras' ? 'same' : 'symmetric',
    epsilon: variant === 'keras' ? 1e-3 : 1e-5,
    stem: { convolution: 'stem_conv', normalization: 'stem_bn', filters: STEM_FILTERS },
    blocks: listBlocks(stages, EFFICIENTNET_PARTS, blockName),
    top: { convolution: 'top_conv', normalization: 'top_bn', filters: 1280 },
  };
}

const STEM_FILTERS = 32;
