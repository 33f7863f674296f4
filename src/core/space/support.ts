import { canonicalJson, type ParamValue } from '../parameters.js';
import { bounds, type Distribution } from './distribution.js';

/** The values of an axis where they can be counted, in order. */
export interface Support {
  readonly size: number;
  /** The value with this index, from 0 to size - 1. */
  at(index: number): ParamValue;
  /** The index of a value, -1 where the axis does not have it. */
  indexOf(value: ParamValue): number;
}

/** The values of an axis: in a grid, or else by draws. `undefined` where they cannot be counted. */
export function supportOf(distribution: Distribution, method: unknown): Support | undefined {
  const [known, find] = method === 'grid' ? [gridSupports, gridSupport] : [drawnSupports, drawnSupport];
  if (!known.has(distribution)) known.set(distribution, find(distribution));
  return known.get(distribution);
}

/** Looking a value up in a long list takes an index, which is made once for a distribution. */
const gridSupports = new WeakMap<Distribution, Support | undefined>();
const drawnSupports = new WeakMap<Distribution, Support | undefined>();

/**
 * What an axis contributes to a grid: its values, every integer of `int_uniform`, and for `q_uniform` the steps
 * `min, min + q, ...` below `max` (`max` itself is not reached, as in W&B). `undefined` where a grid cannot take it.
 */
function gridSupport(distribution: Distribution): Support | undefined {
  switch (distribution.kind) {
    case 'categorical':
      return list(distribution.values);
    case 'found_values':
      return list(distribution.factors);
    case 'int_uniform':
      return steps(distribution.min, 1, 0, distribution.max - distribution.min + 1);
    case 'q_uniform': {
      const { min, max, q } = distribution;
      return steps(min, q, 0, Math.ceil((max - min) / q - TOLERANCE));
    }
    default:
      return undefined;
  }
}

/**
 * What a random draw from an axis can give: the values with a probability above 0, integers, or the multiples of `q` within
 * the bounds. `undefined` for a continuous axis.
 */
function drawnSupport(distribution: Distribution): Support | undefined {
  switch (distribution.kind) {
    case 'categorical':
    case 'int_uniform':
      return gridSupport(distribution);
    case 'categorical_w_probabilities':
      return list(distribution.values.filter((_, index) => distribution.probabilities[index]! > 0));
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
    case 'q_normal':
    case 'q_log_normal':
    case 'q_beta': {
      const [first, last] = multiples(distribution);
      return steps(0, distribution.q, first, last - first + 1);
    }
    default:
      return undefined;
  }
}

/** The first and last whole number k for which `k * q` lies within the bounds; first > last where none does. */
export function multiples(distribution: Extract<Distribution, { q: number }>): [number, number] {
  const [low, high] = bounds(distribution);
  return [Math.ceil(low / distribution.q - TOLERANCE) + 0, Math.floor(high / distribution.q + TOLERANCE) + 0];
}

/** `origin + count * step` as a person would write it: 3 steps of 0.1 are 0.3, not 0.30000000000000004. */
export function decimalStep(origin: number, step: number, count: number): number {
  const scale = 10 ** Math.max(decimals(origin), decimals(step));
  const scaled = Math.round(origin * scale) + count * Math.round(step * scale);
  return Number.isSafeInteger(scaled) && scale <= 1e22 ? scaled / scale : origin + count * step;
}

/** Quotients of decimal fractions miss whole numbers by about 1e-16: 0.3 / 0.1 is 2.9999999999999996. */
const TOLERANCE = 1e-9;

/** Digits after the point in the shortest spelling of a number. */
function decimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [, fraction = ''] = mantissa.split('.');
  return Math.max(0, fraction.length - Number(exponent));
}

function list(values: readonly ParamValue[]): Support {
  const indices = new Map(values.map((value, index) => [canonicalJson(value), index]));
  return {
    size: values.length,
    at: (index) => values[index]!,
    indexOf: (value) => indices.get(canonicalJson(value)) ?? -1,
  };
}

function steps(origin: number, step: number, first: number, count: number): Support {
  const at = (index: number): number => decimalStep(origin, step, first + index);
  return {
    size: Math.max(0, count),
    at,
    indexOf: (value) => {
      if (typeof value !== 'number') return -1;
      const index = Math.round((value - origin) / step) - first;
      return index >= 0 && index < count && at(index) === value ? index : -1;
    },
  };
}
