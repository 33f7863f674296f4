import type { Random } from '../../../core/random.js';

/** Changes RGB bytes [size, size, 3] into `out`, which is another array of that length, drawing what is left to chance. */
export type Transform = (image: Uint8Array, out: Uint8Array, random: Random) => void;

/** Values of an operation's fields, each with the bounds between which it is drawn. Plain data. */
export type Ranges = Readonly<Record<string, Range>>;
export type Range = readonly [low: number, high: number];

/** A number that an entry of a pipeline can set. */
export interface Field {
  /** With its unit, to be read after the name. */
  readonly description: string;
  /** What it may be at most and at least. */
  readonly bounds: Range;
  readonly default: Range;
  /**
   * - `range`: two numbers to draw between, or one that is always taken
   * - `spread`: the same, but one number `n` means from -n to n
   * - `number`: one number, nothing to draw
   */
  readonly kind: 'range' | 'spread' | 'number';
  /** Only whole numbers. Default false. */
  readonly whole?: true;
}

/** A kind of change that a pipeline can name. */
export interface Operation {
  readonly fields: Readonly<Record<string, Field>>;
  /** Ready to work on images of one size; what memory it needs it owns. */
  prepare(ranges: Ranges, size: number): Transform;
}

/** A number between the bounds, both included where it is whole. */
export function draw(random: Random, [low, high]: Range): number {
  return low + (high - low) * random();
}

/** A whole number, each between the bounds as likely as the others. */
export function drawWhole(random: Random, [low, high]: Range): number {
  return low + Math.floor((high - low + 1) * random());
}
