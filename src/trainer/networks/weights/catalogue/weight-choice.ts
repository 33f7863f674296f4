import type { Backbone } from '../../backbones.js';

/** What `weights` can be: nothing to start from, what was published for the backbone, or a path. */
export type WeightChoice = 'none' | 'imagenet' | (string & {});

/** Under which name `TrainingContext.files` has the file that a choice means; `undefined` where it means none. */
export function weightFileKey(weights: WeightChoice, backbone: Backbone): string | undefined {
  if (weights === 'none') return undefined;
  return weights === 'imagenet' ? `imagenet ${backbone}` : weights;
}
