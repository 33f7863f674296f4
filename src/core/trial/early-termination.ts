/** The rule by which a sweep stops trials early, as its file declares it, with every default filled in. Plain data. */
export type EarlyTermination =
  HyperbandRule | AshaRule | PercentileRule | PatienceRule | ThresholdRule | LearningCurveRule | WilcoxonRule | TopRule;

export type EarlyTerminationType = EarlyTermination['type'];

/** Which trials a trial is compared with. */
export interface Comparison {
  /** Names of parameters: only trials with the same values of these are compared. Empty: all are. */
  readonly within: readonly string[];
}

/** A share of a whole training before which no trial is stopped. */
export interface WarmUp {
  /** From 0, below 1. */
  readonly warmUp: number;
  /** Epochs of a whole training; `undefined`: the trial's parameter `epochs`. */
  readonly maxIter: number | undefined;
}

/** W&B's rule. With `maxIter` there are `s` bands below it, otherwise bands from `minIter` upwards, each `eta` times the last. */
export interface HyperbandRule extends Comparison {
  readonly type: 'hyperband';
  readonly bands: { readonly minIter: number } | { readonly maxIter: number; readonly s: number };
  /** Above 1: one in `eta` trials passes a band. */
  readonly eta: number;
  /** Whether the value in the band's epoch decides, or the best value so far. */
  readonly strict: boolean;
}

export interface AshaRule extends Comparison {
  readonly type: 'asha';
  /** The first rung, in `unit`. */
  readonly minIter: number;
  /** Above 1: each rung is `eta` times the one before, and one in `eta` trials passes it. */
  readonly eta: number;
  readonly unit: 'epochs' | 'seconds';
  /** Whether a trial that is not among the best of its rung ends, or pauses until it is. */
  readonly variant: 'stopping' | 'promoting';
}

/** `median` is the percentile 50. */
export interface PercentileRule extends Comparison, WarmUp {
  readonly type: 'median' | 'percentile';
  /** Between 0 and 100: the share of trials, the best ones, that a trial has to be among. */
  readonly percentile: number;
  /** Other trials that must have come as far. */
  readonly minTrials: number;
}

export interface PatienceRule {
  readonly type: 'patience';
  /** Epochs without an improvement after which a trial is stopped. */
  readonly patience: number;
  /** What counts as an improvement, in units of the objective. */
  readonly minDelta: number;
}

export interface ThresholdRule {
  readonly type: 'threshold';
  /** A trial is stopped when its objective is below `lower`, above `upper`, or not a number. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /** The first epoch that counts. */
  readonly minIter: number;
}

export interface LearningCurveRule extends Comparison, WarmUp {
  readonly type: 'learning-curve';
  /** Between 0.5 and 1: how sure the rule must be that a trial will not become the best. */
  readonly confidence: number;
  /** Trials that must have been trained to their end. */
  readonly minTrials: number;
}

export interface WilcoxonRule {
  readonly type: 'wilcoxon';
  /** Largest p-value that counts as evidence. */
  readonly pValue: number;
  /** Folds and seeds that must have ended for a point. */
  readonly minFolds: number;
}

export interface TopRule extends Comparison {
  readonly type: 'top';
  /** Between 0 and 1: the share of its epochs that every trial is trained for. */
  readonly share: number;
  /** The trials that go on: their number, or below 1 their share of all trials. */
  readonly keep: number;
  /** See `WarmUp.maxIter`. */
  readonly maxIter: number | undefined;
}
