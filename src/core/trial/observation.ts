import type { FailureKind } from './failure.js';
import type { Params } from '../parameters.js';
import type { TrialStatus } from './trial.js';

/**
 * A trial as samplers and stopping rules see it: what was tried and what has been measured so far. Plain data, read from the
 * rows of the database. A history lists trials in the order in which their rows were committed, open ones included.
 */
export interface Observation {
  readonly id: number;
  /** See `TrialSpec.key`. */
  readonly key: string;
  /** Place in the declared order, from 0. */
  readonly position: number;
  readonly params: Params;
  readonly seed: number;
  /** A trial that is not completed, stopped or failed is open: its epochs may be few or none. */
  readonly status: TrialStatus;
  /** Attempts so far; 0 for a trial that has not begun. */
  readonly attempt: number;
  /** In ascending order; empty until the first epoch is recorded. */
  readonly epochs: readonly EpochObservation[];
  /** Why the last attempt failed; `undefined` unless `status` is `failed`. */
  readonly failure: FailureKind | undefined;
}

export interface EpochObservation {
  /** Counted from 1. */
  readonly epoch: number;
  /** Value of the sweep's objective; `undefined` where the trainer did not report it or it is not finite. */
  readonly objective: number | undefined;
  /** Seconds that the epoch took. */
  readonly seconds: number;
}
