import type { Metrics } from '../trainer/training.js';

/** Metrics by epoch. */
export type Curve = ReadonlyMap<number, Metrics>;

/** Two numbers that should be one. */
export interface Difference {
  /** `val_loss in epoch 3`, or the name of a weight. */
  readonly what: string;
  readonly then: number;
  /** `undefined` where the number is missing now. */
  readonly now: number | undefined;
}

export interface Comparison {
  readonly isIdentical: boolean;
  readonly isWithinTolerance: boolean;
  /** The number that is furthest from the recorded one. */
  readonly largest: Difference | undefined;
}

/**
 * How far a metric may differ if a trial ran under other conditions than before: by 0.05, or by 5 % of a value above 1.
 * Sums in another order differ in their last bits, and training makes the difference larger with every step.
 */
export const TOLERANCE = 0.05;

/** A trial that was run again, compared with its record. */
export interface Reproduction {
  readonly recorded: Curve;
  readonly curve: Comparison;
  /** Of the weights and everything else in a checkpoint; `undefined` where no checkpoint is kept. */
  readonly weights: Comparison | undefined;
  /** Conditions that differ from the recorded ones, in words, so that the bits may differ; empty if they must not. */
  readonly excuses: readonly string[];
}
