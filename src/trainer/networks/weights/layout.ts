import { planBackbone, type Backbone } from '../backbones.js';
import type { Variant } from '../families/plan.js';
import { alexNetLayout } from './layouts/alexnet.js';
import { mobileLayout } from './layouts/mobile.js';
import { resNetLayout } from './layouts/resnet.js';

/**
 * Whose names a file uses: Keras' and our own, those of timm and torchvision, or those of the PyTorch packages
 * `efficientnet-pytorch` and `efficientnet-lite-pytorch`.
 */
export const DIALECTS = ['keras', 'torch', 'package'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A layer that has weights, and what others call it. */
export interface LayerLayout {
  readonly kind: 'convolution' | 'depthwise' | 'normalization' | 'dense';
  /** Ours. */
  readonly name: string;
  /** Of the kernel: [height, width, in, out], [height, width, channels, 1], [in, out]; of a normalization [channels]. */
  readonly shape: readonly number[];
  readonly bias: boolean;
  readonly torch: string;
  /** `undefined` where the packages have no such layer. */
  readonly package?: string;
}

/** A backbone's layers in Keras' order; the classifier apart, of which only the number of features is given. */
export interface BackboneLayout {
  readonly layers: readonly LayerLayout[];
  readonly classifier: {
    readonly name: string;
    readonly features: number;
    readonly torch: string;
    readonly package?: string;
  };
}

/** What a backbone's weights are called and how large they are, without building it. */
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
