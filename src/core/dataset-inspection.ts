import type { ParamValue } from './parameters.js';

/** A setting that the facts of a dataset suggest, and why. */
export interface Advice {
  /** A parameter, or a key of the sweep file. */
  readonly name: string;
  /** One value to use, or several to try; none where there is only something to say. */
  readonly values: readonly ParamValue[];
  /** One sentence. */
  readonly reason: string;
}

/** A property of an image that can surprise in training. */
export type Oddity =
  'animated' | 'transparent' | 'grey' | '16-bit' | 'CMYK' | 'rotated by EXIF' | 'misnamed' | 'one colour';

/** The facts of a dataset. */
export interface Inspection {
  /** Absolute path. */
  readonly path: string;
  readonly images: number;
  /** Whether the dataset says itself what trains and what validates; else it is split as a trial with seed 0 splits it. */
  readonly comesSplit: boolean;
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  readonly classes: readonly ClassFacts[];
  /** Most images of a class over fewest. */
  readonly imbalance: number;
  readonly widths: Quantiles;
  readonly heights: Quantiles;
  /** Of the shorter sides. */
  readonly shortSides: Quantiles;
  /** Width over height. */
  readonly aspects: Quantiles;
  /** Images by their shorter side, in bins that grow by half an octave. */
  readonly sizes: readonly SizeBin[];
  /** Means and standard deviations of red, green and blue over all pixels, from 0 to 1. */
  readonly channels: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  readonly duplicates: readonly Duplicates[];
  readonly corrupt: readonly { readonly name: string; readonly reason: string }[];
  readonly odd: readonly OddFacts[];
  readonly tooSmall: readonly TooSmall[];
}

export interface ClassFacts {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
  /** Some of its images, as indices. */
  readonly samples: readonly number[];
}

export interface Quantiles {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Images whose shorter side is at least `from` and below `to` pixels. */
export interface SizeBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface Duplicates {
  readonly kind: 'exact' | 'near';
  readonly images: readonly DuplicateImage[];
  /** Whether some of them train while others validate. */
  readonly straddle: boolean;
  /** Whether they have different classes. */
  readonly disagree: boolean;
}

export interface DuplicateImage {
  readonly index: number;
  readonly name: string;
  readonly label: string;
  readonly part: 'train' | 'validation';
}

export interface OddFacts {
  readonly kind: Oddity | 'long and thin';
  readonly count: number;
  /** Names of the first ones. */
  readonly examples: readonly string[];
}

/** Images whose shorter side is below what a backbone was published with: they are enlarged. */
export interface TooSmall {
  readonly backbones: readonly string[];
  readonly resolution: number;
  readonly count: number;
}
