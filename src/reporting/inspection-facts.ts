import type { Duplicates, Inspection, Quantiles, TooSmall } from '../core/reports/dataset-inspection.js';
import { formatCount } from '../core/format.js';

/** Sizes, shapes and colours of a dataset's images, by name, in words. */
export function imageFacts({
  widths,
  heights,
  shortSides,
  aspects,
  channels,
  tooSmall,
}: Inspection): [string, string][] {
  const triple = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join('  ');
  const enlarged = enlargedImages(tooSmall).map(
    ([{ count, resolution }]) => `${formatCount(count)} at an image_size of ${resolution} or more`,
  );
  return [
    ['width', `${rangeText(widths)} px`],
    ['height', `${rangeText(heights)} px`],
    ['shorter side', `${rangeText(shortSides)} px`],
    ['width : height', rangeText(aspects, 2)],
    ['mean RGB', triple(channels.mean)],
    ['deviation', triple(channels.deviation)],
    ['enlarged', enlarged.join(', ') || 'none, for any backbone at its own size'],
  ];
}

const rangeText = ({ least, median, most }: Quantiles, digits = 0): string =>
  least === most
    ? least.toFixed(digits)
    : `${least.toFixed(digits)} to ${most.toFixed(digits)}, median ${median.toFixed(digits)}`;

/** Resolutions that some images are too small for; successive ones with the same images together. */
export function enlargedImages(tooSmall: readonly TooSmall[]): [TooSmall, ...TooSmall[]][] {
  const groups: [TooSmall, ...TooSmall[]][] = [];
  for (const one of tooSmall.filter(({ count }) => count > 0)) {
    const last = groups.at(-1);
    if (last?.[0].count === one.count) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** Groups of duplicates, the most harmful first: in different classes, then in training and validation. */
export function byUrgency(duplicates: readonly Duplicates[]): Duplicates[] {
  const urgency = ({ straddle, disagree }: Duplicates): number => Number(straddle) + 2 * Number(disagree);
  return [...duplicates].sort((a, b) => urgency(b) - urgency(a));
}

/** The problems of a group: `in training and validation, different classes`; empty if there are none. */
export const problemsOf = ({ straddle, disagree }: Duplicates): string =>
  [straddle && 'in training and validation', disagree && 'different classes'].filter(Boolean).join(', ');
