import type { Objective } from '../objective.js';
import type { Params, ParamValue } from '../parameters.js';
import type { Axis } from './distribution.js';

/** The part of a sweep's definition that decides which trials there are: all that a sampler needs. Plain data. */
export interface SearchSpace {
  readonly method: SearchMethod;
  /** Settings of the method. Default: none, every setting has its own default. */
  readonly sampling?: SamplerSettings | undefined;
  /** Default: that of the built-in trainer; for a program `val_loss`, lowest first. */
  readonly objective: Objective;
  /** Parameters that vary, in the order of the file. */
  readonly axes: readonly Axis[];
  /** Settings that are the same for every trial; defaults of the trainer are not among them. */
  readonly fixed: Params;
  readonly exclude: readonly ExcludeRule[];
  /** Seed of everything that a sampler draws. Default 0. */
  readonly seed: number;
  /** Every point is tried once with each of these. Default: `seed` alone. */
  readonly seeds: readonly number[];
  /** Every point is tried once with each fold held out, as the parameter `fold`, from 0 to `folds` - 1. */
  readonly folds: number | undefined;
  /** Maximum number of trials, seeds and folds included. Default: no limit. */
  readonly runCap: number | undefined;
  /** Trains the best points again with new seeds at the end. Default: the best trial wins. */
  readonly confirm?: Confirmation | undefined;
}

export interface Confirmation {
  /** Number of points that are trained again. */
  readonly top: number;
  /** Number of new seeds for each of them. */
  readonly seeds: number;
}

/** How points are chosen: one sampler in `search/samplers/` for each. */
export type SearchMethod = (typeof SEARCH_METHODS)[number];

export const SEARCH_METHODS = ['grid', 'random', 'sobol', 'bayes', 'evolution', 'cma-es', 'list'] as const;

/** What a sweep file can say about how its method proposes points. A method ignores the settings of the others. */
export interface SamplerSettings {
  /**
   * `bayes`: the model of the objective, a Gaussian process or a tree-structured Parzen estimator. Default: `gp` up to 200 measured
   * points, `tpe` beyond.
   */
  readonly surrogate?: 'gp' | 'tpe' | undefined;
  /**
   * `bayes` with a Gaussian process: what a point has the most of, expected improvement or that per second of its trial. Default:
   * `improvement`.
   */
  readonly acquisition?: 'improvement' | 'per_second' | undefined;
  /** `list`: the points to try, in this order. The names among them are axes of the space. Default: none. */
  readonly points?: readonly Params[] | undefined;
}

/** A point is excluded when each of these parameters has one of the values listed for it. */
export type ExcludeRule = Readonly<Record<string, readonly ParamValue[]>>;
