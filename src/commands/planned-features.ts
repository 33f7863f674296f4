import { formatCount, formatCounted } from '../reporting/format.js';
import { sharedFeatures, type SharedFeatures } from '../trainer/features/shared-features.js';
import type { PlannedSweep } from './planned-sweep.js';

/** Trials of a plan that are looked at. */
const LOOKED_AT = 10_000;

/** Which trials of a sweep share what a frozen backbone makes of the images. */
export function plannedFeatures({ definition, plan }: PlannedSweep): readonly SharedFeatures[] {
  const axis = plan.axes.find(({ name }) => name === 'unfreeze')?.distribution;
  const values = axis && 'values' in axis ? axis.values : [definition.fixed['unfreeze']];
  if (definition.trainer.kind !== 'builtin' || !values.includes('head')) return [];
  return sharedFeatures(Array.from({ length: Math.min(plan.size, LOOKED_AT) }, (_, place) => plan.at(place)));
}

/** `of b0 at 96 px are computed once and shared by 24 trials`. */
export function featuresText(
  { backbone, imageSize, copies, computed, trials }: SharedFeatures,
  { plan }: PlannedSweep,
): string {
  const what =
    copies > 0 ? `${backbone} at ${imageSize} px, ${copies} variants of each image,` : `${backbone} at ${imageSize} px`;
  const often = computed === 1 ? 'once' : `${formatCount(computed)} times`;
  const users = trials === 1 ? 'used by 1 trial' : `shared by ${formatCount(trials)} trials`;
  const among = plan.size > LOOKED_AT ? ` of the first ${formatCounted(LOOKED_AT, 'trial')}` : '';
  return `of ${what} are computed ${often} and ${users}${among}`;
}
