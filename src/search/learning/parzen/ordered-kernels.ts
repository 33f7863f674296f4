import { normalCdf, normalLogDensity, normalQuantile } from '../../numerics/normal.js';
import { clamp } from '../../points/warp.js';
import type { ModelAxis } from '../model-axis.js';
import type { AxisKernels } from './axis-kernels.js';

/**
 * A normal distribution around each observation, cut off at the ends of the axis, and a wide one around its middle. Each is as wide as
 * the larger gap to a neighbouring observation. On an axis with levels a level has the probability of the interval around it.
 */
export function orderedKernels(observed: readonly number[], { levels }: ModelAxis): AxisKernels {
  const borders = levels && bordersOf(levels);
  const low = borders?.[0] ?? 0;
  const high = borders?.at(-1) ?? 1;
  const centres = Float64Array.from([...observed, (low + high) / 2]);
  const widths = Float64Array.from([...widthsOf(observed, low, high), high - low]);
  const shares = centres.map((centre, index) => shareBetween(low, high, centre, widths[index]!));
  const constants = widths.map((width, kernel) => normalLogDensity(0) - Math.log(width * shares[kernel]!));
  const masses = borders === undefined ? [] : logMasses(borders, { centres, widths, shares });
  const places = levels && new Map(levels.map((level, index) => [level, index]));
  return {
    addLogDensities: (coordinate, sums) => {
      const level = places?.get(coordinate);
      for (let kernel = 0; kernel < sums.length; kernel++) {
        const z = (coordinate - centres[kernel]!) / widths[kernel]!;
        sums[kernel]! += level === undefined ? constants[kernel]! - (z * z) / 2 : masses[kernel]![level]!;
      }
    },
    draw: (kernel, share) => {
      const [centre, width] = [centres[kernel]!, widths[kernel]!];
      const below = normalCdf((low - centre) / width);
      return clamp(centre + width * normalQuantile(below + share * shares[kernel]!), low, high);
    },
  };
}

/** For each kernel the logarithms of the probabilities of the intervals between borders. Many kernels are alike. */
function logMasses(
  borders: readonly number[],
  { centres, widths, shares }: Readonly<Record<'centres' | 'widths' | 'shares', Float64Array>>,
): Float64Array[] {
  const known = new Map<number, Map<number, Float64Array>>();
  return Array.from(centres, (centre, kernel) => {
    const width = widths[kernel]!;
    const ofWidth = known.get(width) ?? new Map<number, Float64Array>();
    known.set(width, ofWidth);
    const before = ofWidth.get(centre);
    if (before !== undefined) return before;
    const masses = Float64Array.from({ length: borders.length - 1 }, (_, level) =>
      Math.log(shareBetween(borders[level]!, borders[level + 1]!, centre, width) / shares[kernel]!),
    );
    ofWidth.set(centre, masses);
    return masses;
  });
}

/** Observations closer together than this share of the axis, or than 1 / (2 + their number), count as that far apart. */
const LEAST_WIDTH = 0.01;

function widthsOf(observed: readonly number[], low: number, high: number): number[] {
  const sorted = Float64Array.from(observed).sort();
  const least = (high - low) * Math.max(LEAST_WIDTH, 1 / (observed.length + 2));
  const places = new Map<number, number>();
  sorted.forEach((coordinate, place) => {
    if (!places.has(coordinate)) places.set(coordinate, place);
  });
  return observed.map((coordinate) => {
    const place = places.get(coordinate)!;
    places.set(coordinate, place + 1);
    // The ends of the axis count as neighbours of a single observation alone.
    const below = sorted[place - 1] ?? (sorted.length === 1 ? low : coordinate);
    const above = sorted[place + 1] ?? (sorted.length === 1 ? high : coordinate);
    return clamp(Math.max(coordinate - below, above - coordinate), least, high - low);
  });
}

/** Probability between two numbers under a normal distribution. */
const shareBetween = (low: number, high: number, centre: number, width: number): number => {
  const [a, b] = [(low - centre) / width, (high - centre) / width];
  // All but 1e-12 of it. Most kernels are that narrow once there are many.
  if (a < -7 && b > 7) return 1;
  // The difference is taken in the lower tail, where it loses no digits.
  return Math.max(a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a), Number.MIN_VALUE);
};

/** Halfway between neighbouring levels, and as far beyond the first and the last one. */
function bordersOf(levels: readonly number[]): number[] {
  if (levels.length === 1) return [0, 1];
  const between = levels.slice(1).map((level, index) => (level + levels[index]!) / 2);
  return [2 * levels[0]! - between[0]!, ...between, 2 * levels.at(-1)! - between.at(-1)!];
}
