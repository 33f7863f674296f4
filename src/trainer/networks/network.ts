import { unreachable } from '../../core/errors.js';
import type { BackbonePlan } from './backbones.js';
import type { Layer } from './layer.js';
import { alexNetwork } from './assembly/alexnet.js';
import { mobileNetwork } from './assembly/mobile.js';
import { resNetwork } from './assembly/resnet.js';

/** A classifier as layers, in the units that are trained or frozen as a whole. */
export interface Network {
  /** From pixels, 0 to 255, [batch, height, width, 3], to features, [batch, features]; the first is the stem. */
  readonly blocks: readonly Layer[];
  /** From features to logits, [batch, classes]. */
  readonly head: Layer;
}

export function layOut(plan: BackbonePlan, classes: number): Network {
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
