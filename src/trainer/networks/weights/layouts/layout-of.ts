import { planBackbone, type Backbone } from '../../backbones.js';
import type { Variant } from '../../families/plan.js';
import type { BackboneLayout } from './layer-layout.js';
import { alexNetLayout } from './alexnet.js';
import { mobileLayout } from './mobile.js';
import { resNetLayout } from './resnet.js';

/** Names and shapes of a backbone's weights, without building the network. */
export function layoutOf(backbone: Backbone, variant: Variant): BackboneLayout {
  const plan = planBackbone(backbone, variant);
  switch (plan.kind) {
    case 'mobile':
      return mobileLayout(plan);
    case 'resnet':
      return resNetLayout(plan);
    case 'alexnet':
      return alexNetLayout(plan);
  }
}
