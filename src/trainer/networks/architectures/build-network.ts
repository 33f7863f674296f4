import { unreachable } from '../../../core/errors.js';
import type { BackbonePlan } from '../backbones.js';
import type { Network } from '../layers/layer.js';
import { alexNetwork } from './alexnet.js';
import { mobileNetwork } from './mobile.js';
import { resNetwork } from './resnet.js';

/** Builds the layers of a backbone from its plan. Creates no tensors. */
export function buildNetwork(plan: BackbonePlan, classes: number): Network {
  switch (plan.kind) {
    case 'mobile':
      return mobileNetwork(plan, classes);
    case 'resnet':
      return resNetwork(plan, classes);
    case 'alexnet':
      return alexNetwork(plan, classes);
    default:
      return unreachable(plan);
  }
}
