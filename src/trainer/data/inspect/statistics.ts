import { BACKBONES, planBackbone } from '../../networks/backbones.js';
import type { ImageFacts } from './examine-image.js';
import type { Inspection, Quantiles, SizeBin, TooSmall } from '../../../core/reports/dataset-inspection.js';

/** Minimum, median and maximum; all NaN for an empty list. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { least: at(0), median: at(0.5), most: at(1) };
}

/** Histogram of sizes from the smallest to the largest; each bin is 2^0.5 times as wide as the previous one. */
export function binSizes(sizes: readonly number[]): SizeBin[] {
  const binOf = (size: number): number => Math.floor(2 * Math.log2(size) + 1e-9);
  const edge = (bin: number): number => Math.ceil(2 ** (bin / 2) - 1e-6);
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(binOf(size), (counts.get(binOf(size)) ?? 0) + 1);
  const bins = [...counts.keys()].sort((a, b) => a - b);
  const [first = 0, last = -1] = [bins[0], bins.at(-1)];
  return Array.from({ length: last - first + 1 }, (_, place) => {
    const bin = first + place;
    return { from: edge(bin), to: edge(bin + 1), count: counts.get(bin) ?? 0 };
  }).filter(({ from, to }) => from < to);
}

/** Means and standard deviations over all pixels, from 0 to 1, with equal weight for each image. */
export function channelsOf(facts: readonly ImageFacts[]): Inspection['channels'] {
  const meanOf = (pick: (image: ImageFacts) => readonly number[], channel: number): number =>
    facts.reduce((sum, image) => sum + pick(image)[channel]!, 0) / facts.length;
  const mean = [0, 1, 2].map((channel) => meanOf(({ means }) => means, channel));
  const deviation = mean.map((value, channel) =>
    Math.sqrt(Math.max(0, meanOf(({ squares }) => squares, channel) - value ** 2)),
  );
  return { mean: mean.map((value) => value / 255), deviation: deviation.map((value) => value / 255) };
}

/** For each published resolution of a backbone, the number of images with a smaller shorter side. */
export function tooSmallFor(shortSides: readonly number[]): TooSmall[] {
  const byResolution = new Map<number, string[]>();
  for (const backbone of BACKBONES) {
    const { resolution } = planBackbone(backbone);
    byResolution.set(resolution, [...(byResolution.get(resolution) ?? []), backbone]);
  }
  return [...byResolution]
    .sort(([a], [b]) => a - b)
    .map(([resolution, backbones]) => ({
      backbones,
      resolution,
      count: shortSides.filter((side) => side < resolution).length,
    }));
}
