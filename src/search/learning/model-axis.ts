import type { ParamValue } from '../../core/parameters.js';
import type { Distribution } from '../../core/space/distribution.js';
import type { Support } from '../../core/space/support.js';
import { quantile, rounded } from '../points/quantile.js';
import { clamp, warpOf, type Continuous } from '../points/warp.js';
import { lineOf } from './number-line.js';

/**
 * An axis as models see it. A value has a coordinate: its place from 0 to 1 on an ordered axis, its number (0, 1, 2, ...) on a
 * categorical one, where any two values are equally far apart.
 */
export interface ModelAxis {
  readonly isOrdered: boolean;
  /** Coordinates of all values, in ascending order; `undefined` for a continuous axis and one of more than 1,000 values. */
  readonly levels: readonly number[] | undefined;
  /** `undefined` for a value that the axis does not have. */
  readonly coordinateOf: (value: ParamValue) => number | undefined;
  /** The value whose coordinate is nearest. */
  readonly valueAt: (coordinate: number) => ParamValue;
  /** The nearest coordinate that a value has. */
  readonly snap: (coordinate: number) => number;
  /** The coordinate at a share in [0, 1) of the distribution's probability: uniform shares give draws. */
  readonly coordinateAt: (share: number) => number;
}

/** Numbers are ordered, those in lists too: on a log scale where their ratios are more even than their differences. */
export function modelAxis(distribution: Distribution, support: Support | undefined): ModelAxis {
  if (support !== undefined && support.size <= MAX_LEVELS) {
    const values = Array.from({ length: support.size }, (_, index) => support.at(index));
    return values.every((value) => typeof value === 'number')
      ? orderedAxis(distribution, values)
      : categoricalAxis(distribution, support, values);
  }
  if (distribution.kind === 'int_uniform') return wideIntegers(distribution);
  return isContinuous(distribution) ? continuousAxis(distribution) : longList(distribution, support!);
}

const MAX_LEVELS = 1_000;

function orderedAxis(distribution: Distribution, values: readonly number[]): ModelAxis {
  const sorted = values.toSorted((a, b) => a - b);
  const levels = isContinuous(distribution) ? sorted.map(warpOf(distribution).shareOf) : lineOf(sorted);
  const coordinates = new Map(sorted.map((value, index) => [value, levels[index]!]));
  const nearest = (coordinate: number): number => nearestIndex(levels, coordinate);
  const coordinateOf = (value: ParamValue): number | undefined => coordinates.get(value as number);
  return {
    isOrdered: true,
    levels,
    coordinateOf,
    valueAt: (coordinate) => sorted[nearest(coordinate)]!,
    snap: (coordinate) => levels[nearest(coordinate)]!,
    coordinateAt: (share) => coordinateOf(quantile(distribution, share))!,
  };
}

function categoricalAxis(distribution: Distribution, support: Support, values: readonly ParamValue[]): ModelAxis {
  const snap = (coordinate: number): number => clamp(Math.round(coordinate), 0, values.length - 1);
  const coordinateOf = (value: ParamValue): number | undefined => {
    const index = support.indexOf(value);
    return index < 0 ? undefined : index;
  };
  return {
    isOrdered: false,
    levels: values.map((_, index) => index),
    coordinateOf,
    valueAt: (coordinate) => values[snap(coordinate)]!,
    snap,
    coordinateAt: (share) => coordinateOf(quantile(distribution, share))!,
  };
}

/** Values have four significant digits where these are fine enough, so that a trial reads `learning_rate=0.003162`. */
function continuousAxis(distribution: Continuous): ModelAxis {
  const { valueAt, shareOf } = warpOf(distribution);
  const nearest = (coordinate: number): number => {
    const value = rounded(distribution, valueAt(clamp(coordinate, 0, 1)));
    if ('q' in distribution) return value;
    const short = rounded(distribution, Number(value.toPrecision(DIGITS)));
    return Math.abs(shareOf(short) - shareOf(value)) < FINE ? short : value;
  };
  const snap = (coordinate: number): number => shareOf(nearest(coordinate));
  return {
    isOrdered: true,
    levels: undefined,
    coordinateOf: (value) => (typeof value === 'number' ? snap(shareOf(value)) : undefined),
    valueAt: nearest,
    snap,
    coordinateAt: snap,
  };
}

const DIGITS = 4;
/** Share of an axis that rounding may move a value by. */
const FINE = 1e-3;

function wideIntegers({ min, max }: { readonly min: number; readonly max: number }): ModelAxis {
  const valueAt = (coordinate: number): number => min + Math.round(clamp(coordinate, 0, 1) * (max - min));
  const coordinateOf = (value: ParamValue): number | undefined =>
    typeof value === 'number' ? (value - min) / (max - min) : undefined;
  const snap = (coordinate: number): number => coordinateOf(valueAt(coordinate))!;
  return { isOrdered: true, levels: undefined, coordinateOf, valueAt, snap, coordinateAt: snap };
}

/** A list of more than 1,000 values, ordered as it is written. */
function longList(distribution: Distribution, support: Support): ModelAxis {
  const last = support.size - 1;
  const indexAt = (coordinate: number): number => Math.round(clamp(coordinate, 0, 1) * last);
  const coordinateOf = (value: ParamValue): number | undefined => {
    const index = support.indexOf(value);
    return index < 0 ? undefined : index / last;
  };
  return {
    isOrdered: true,
    levels: undefined,
    coordinateOf,
    valueAt: (coordinate) => support.at(indexAt(coordinate)),
    snap: (coordinate) => indexAt(coordinate) / last,
    coordinateAt: (share) => coordinateOf(quantile(distribution, share))!,
  };
}

function isContinuous(distribution: Distribution): distribution is Continuous {
  return !('values' in distribution) && distribution.kind !== 'int_uniform' && distribution.kind !== 'found_values';
}

/** The index of the nearest of numbers in ascending order. */
function nearestIndex(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle;
  }
  return value - sorted[low]! <= sorted[high]! - value ? low : high;
}
