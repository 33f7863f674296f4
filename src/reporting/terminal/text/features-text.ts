import type { PlanDescription } from '../../../core/reports/plan-description.js';
import type { SharedFeatures } from '../../../core/trainer/trainer-description.js';
import { formatCount, formatCounted } from '../../../core/format.js';

type Described = Pick<PlanDescription, 'features' | 'trials'>;

/** A line for each kind of features that trials share; for frozen backbones whose features cannot be kept, the reason. */
export function featuresLines({ features, trials }: Described): string[] {
  if (features === undefined) return [];
  const { shared, missed, lookedAt } = features;
  const among = trials > lookedAt ? ` of the first ${formatCounted(lookedAt, 'trial')}` : '';
  return shared.length > 0 ? shared.map((one) => featuresText(one, among)) : missed.map((reason) => MISSED[reason]);
}

const MISSED = {
  augmentation:
    'are computed in every step, since augmentation changes the images in each epoch; `augment_copies: 8` keeps 8 variants',
  mixing: 'are computed in every step, since mixup and CutMix make new images in each step',
} as const;

/** `of b0 at 96 px are computed once and shared by 24 trials: 1 pass over the images instead of 240`. */
function featuresText(features: SharedFeatures, among: string): string {
  const { backbone, imageSize, copies, computed, trials, passes, passesKept } = features;
  const what =
    copies > 0 ? `${backbone} at ${imageSize} px, ${copies} variants of each image,` : `${backbone} at ${imageSize} px`;
  const often = computed === 1 ? 'once' : `${formatCount(computed)} times`;
  const users = trials === 1 ? 'used by 1 trial' : `shared by ${formatCount(trials)} trials`;
  const saved = `${formatCount(passesKept)} ${passesKept === 1 ? 'pass' : 'passes'} over the images instead of ${formatCount(passes)}`;
  return `of ${what} are computed ${often} and ${users}${among}: ${saved}`;
}
