import { ALEXNETS, planAlexNet, type AlexNetPlan } from './families/alexnet.js';
import { EFFICIENTNET_LITES, planEfficientNetLite } from './families/efficientnet-lite.js';
import { EFFICIENTNETS_V2, planEfficientNetV2 } from './families/efficientnet-v2.js';
import { EFFICIENTNETS, planEfficientNet } from './families/efficientnet.js';
import type { MobilePlan } from './families/mobile-plan.js';
import { MOBILENETS_V2, planMobileNetV2 } from './families/mobilenet-v2.js';
import type { Variant } from './families/plan.js';
import { planResNet, RESNETS, type ResNetPlan } from './families/resnet.js';

/** The names of all backbones. This file does not load TensorFlow. */
export const BACKBONES = [
  ...EFFICIENTNETS,
  ...EFFICIENTNET_LITES,
  ...EFFICIENTNETS_V2,
  ...RESNETS,
  ...MOBILENETS_V2,
  ...ALEXNETS,
] as const;
export type Backbone = (typeof BACKBONES)[number];

export type BackbonePlan = MobilePlan | ResNetPlan | AlexNetPlan;

const PLANS: Readonly<Record<Backbone, (variant: Variant) => BackbonePlan>> = {
  ...byName(EFFICIENTNETS, planEfficientNet),
  ...byName(EFFICIENTNET_LITES, planEfficientNetLite),
  ...byName(EFFICIENTNETS_V2, planEfficientNetV2),
  ...byName(RESNETS, planResNet),
  ...byName(MOBILENETS_V2, planMobileNetV2),
  ...byName(ALEXNETS, planAlexNet),
};

/**
 * The architecture of a backbone as data: layer sizes, layer names and the settings that it was published with. Default:
 * `keras`.
 */
export function planBackbone(backbone: Backbone, variant: Variant = 'keras'): BackbonePlan {
  return PLANS[backbone](variant);
}

/** Which part of a model is trained: everything, the classifier alone, or the classifier and the last N blocks. */
export type Unfreeze = 'all' | 'head' | `last-${number}-blocks`;

/** Regular expression of the values of `Unfreeze`. */
export const UNFREEZE_PATTERN = '^(all|head|last-[1-9][0-9]*-blocks)$';

/** The largest `Weight.depth` that is trained: 0 for `head`, N for `last-N-blocks`, Infinity for `all`. */
export function trainedDepth(unfreeze: Unfreeze): number {
  if (unfreeze === 'all') return Infinity;
  return unfreeze === 'head' ? 0 : Number(unfreeze.split('-')[1]);
}

type PlanOf<Name extends string> = Record<Name, (variant: Variant) => BackbonePlan>;

function byName<Name extends string>(
  names: readonly Name[],
  plan: (backbone: Name, variant: Variant) => BackbonePlan,
): PlanOf<Name> {
  return Object.fromEntries(names.map((name) => [name, (variant: Variant) => plan(name, variant)])) as PlanOf<Name>;
}
