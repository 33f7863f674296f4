import type { TrialSpec } from '../../core/trial.js';
import { formatCount, formatCounted } from '../../reporting/format.js';
import {
  noFeaturesBecause,
  sharedFeatures,
  type SharedFeatures,
} from '../../trainer/training/features/shared-features.js';
import type { PlannedSweep } from './planned-sweep.js';

type Declared = Pick<PlannedSweep, 'definition' | 'plan'>;

/** Trials of a plan that are looked at. */
const LOOKED_AT = 10_000;

/** Which trials of a sweep share what a frozen backbone makes of the images. */
export function plannedFeatures(sweep: Declared): readonly SharedFeatures[] {
  return freezes(sweep) ? sharedFeatures(lookedAt(sweep)) : [];
}

/** Each as it stands in a plan; where a sweep freezes backbones and there are none to keep, why. */
export function featuresLines(features: readonly SharedFeatures[], sweep: Declared): string[] {
  if (features.length > 0 || !freezes(sweep)) return features.map((shared) => featuresText(shared, sweep));
  const reasons = new Set(lookedAt(sweep).flatMap(({ params }) => noFeaturesBecause(params) ?? []));
  return [...reasons].map((reason) => MISSED[reason]);
}

const MISSED = {
  augmentation: 'are computed in every step, for each epoch changes the images anew; `augment_copies: 8` has them kept',
  mixing: 'are computed in every step, for mixup and CutMix make new images in each',
} as const;

/** Whether some trials train the classifier alone. */
function freezes({ definition, plan }: Declared): boolean {
  const axis = plan.axes.find(({ name }) => name === 'unfreeze')?.distribution;
  const values = axis && 'values' in axis ? axis.values : [definition.fixed['unfreeze']];
  return definition.trainer.kind === 'builtin' && values.includes('head');
}

const lookedAt = ({ plan }: Declared): TrialSpec[] =>
  Array.from({ length: Math.min(plan.size, LOOKED_AT) }, (_, place) => plan.enumeration.at(place));

/** `of b0 at 96 px are computed once and shared by 24 trials: 1 pass over the images instead of 240`. */
function featuresText(
  { backbone, imageSize, copies, computed, trials, passes, passesKept }: SharedFeatures,
  { plan }: Declared,
): string {
  const what =
    copies > 0 ? `${backbone} at ${imageSize} px, ${copies} variants of each image,` : `${backbone} at ${imageSize} px`;
  const often = computed === 1 ? 'once' : `${formatCount(computed)} times`;
  const users = trials === 1 ? 'used by 1 trial' : `shared by ${formatCount(trials)} trials`;
  const among = plan.size > LOOKED_AT ? ` of the first ${formatCounted(LOOKED_AT, 'trial')}` : '';
  const saved = `${formatCount(passesKept)} ${passesKept === 1 ? 'pass' : 'passes'} over the images instead of ${formatCount(passes)}`;
  return `of ${what} are computed ${often} and ${users}${among}: ${saved}`;
}
