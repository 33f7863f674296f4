import type { ParamValue } from '../parameters.js';

/** A recommendation for a sweep file. */
export interface Advice {
  /** A parameter, or a key of the sweep file. */
  readonly name: string;
  /** One value to set, several to search, or none if only the reason is to be shown. */
  readonly values: readonly ParamValue[];
  /** One sentence. */
  readonly reason: string;
}

/** Unusual property of an image that may affect training. */
export type Oddity =
  'animated' | 'transparent' | 'grey' | '16-bit' | 'CMYK' | 'rotated by EXIF' | 'misnamed' | 'one colour';

/** Result of an inspection. Plain data. */
export interface Inspection {
  /** Absolute path. */
  readonly path: string;
  readonly images: number;
  /** Whether the dataset has its own split. If not, it is split as a trial with seed 0 would. */
  readonly comesSplit: boolean;
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  readonly classes: readonly ClassFacts[];
  /** Images of the largest class divided by those of the smallest. */
  readonly imbalance: number;
  readonly widths: Quantiles;
  readonly heights: Quantiles;
  /** Shorter sides in pixels. */
  readonly shortSides: Quantiles;
  /** Width over height. */
  readonly aspects: Quantiles;
  /** Histogram of shorter sides; each bin is 2^0.5 times as wide as the previous one. */
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
  /** Indices of some of its images. */
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
  /** Whether they are in both training and validation. */
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
  /** Names of the first images. */
  readonly examples: readonly string[];
}

/** Number of images that are enlarged, because their shorter side is below a backbone's published resolution. */
export interface TooSmall {
  readonly backbones: readonly string[];
  readonly resolution: number;
  readonly count: number;
}
