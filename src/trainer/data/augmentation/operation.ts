import type { Random } from '../../../core/random.js';

/**
 * Transforms RGB bytes [size, size, 3] into `out`, a different array of the same length. Draws random values from
 * `random`.
 */
export type Transform = (image: Uint8Array, out: Uint8Array, random: Random) => void;

/** Range of each field of an operation, from which its value is drawn. Plain data. */
export type Ranges = Readonly<Record<string, Range>>;
export type Range = readonly [low: number, high: number];

/** A numeric field of an operation. */
export interface Field {
  /** Meaning and unit, for messages. */
  readonly description: string;
  /** Smallest and largest allowed value. */
  readonly bounds: Range;
  readonly default: Range;
  /**
   * - `range`: two numbers to draw between, or one constant number
   * - `spread`: as `range`, but one number `n` means -n to n
   * - `number`: one constant number
   */
  readonly kind: 'range' | 'spread' | 'number';
  /** Only whole numbers. Default false. */
  readonly whole?: true;
}

/** An operation of a pipeline. */
export interface Operation {
  readonly fields: Readonly<Record<string, Field>>;
  /** Returns a transform for images of one size, with its own working memory. */
  prepare(ranges: Ranges, size: number): Transform;
}

/** Draws a number between the bounds, uniformly. */
export function draw(random: Random, [low, high]: Range): number {
  return low + (high - low) * random();
}

/** Draws a whole number between the bounds, both included, uniformly. */
export function drawWhole(random: Random, [low, high]: Range): number {
  return low + Math.floor((high - low + 1) * random());
}
