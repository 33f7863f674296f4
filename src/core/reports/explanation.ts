import type { Objective } from '../objective.js';
import type { Params } from '../parameters.js';

/** Which parameters of a sweep mattered, how, and at what cost. */
export interface Explanation {
  readonly sweep: string;
  readonly objective: Objective;
  /** Finished trials with an objective: what importance and effects are computed from. */
  readonly trials: number;
  readonly failed: number;
  /** Training time of all trials, failed ones included, in seconds. */
  readonly seconds: number;
  /** The varied parameters, the most important one first; empty where too few trials have finished. */
  readonly importance: readonly ParameterImportance[];
  /** Pairs that explain a share of at least 1 % beyond their two parameters, in descending order. */
  readonly interactions: readonly { readonly names: readonly [string, string]; readonly share: number }[];
  /** In the order of `importance`, or of the file where that is empty. */
  readonly effects: readonly ParameterEffect[];
  /** Where trials failed more often than elsewhere. */
  readonly failures: readonly FailureSpot[];
}

export interface ParameterImportance {
  readonly name: string;
  /** Share of the variation of the objective over the search space that the parameter explains alone, 0 to 1. */
  readonly share: number;
}

/** The objective by the values of a parameter. */
export interface ParameterEffect {
  readonly name: string;
  readonly groups: readonly EffectGroup[];
}

/** The trials with one value of a parameter, or with values of one range. */
export interface EffectGroup {
  readonly text: string;
  /** Finished trials with an objective. */
  readonly trials: number;
  readonly mean: number | undefined;
  /** The 95 % confidence interval of the mean; `undefined` for fewer than three trials. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly best: number | undefined;
  /** Share of the training time of all trials, 0 to 1. */
  readonly time: number;
}

/** Trials with these values of one or two parameters, of which many failed. */
export interface FailureSpot {
  readonly params: Params;
  readonly failed: number;
  readonly trials: number;
}
