import type { Objective } from '../objective.js';
import type { Params } from '../parameters.js';

/** Everything that the database has on a trial. */
export interface TrialReport {
  readonly details: TrialDetails;
  /** One for each metric that a sweep ranks the trial by. */
  readonly curves: readonly TrialCurve[];
  /** One for each epoch that is the best one in some sweep; without classes if the trainer reports none. */
  readonly classes: readonly EpochClasses[];
  readonly checkpoints: readonly TrialCheckpoint[];
}

/** A metric over the epochs of a trial. */
export interface TrialCurve {
  readonly metric: string;
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

/** The metrics of each class in one epoch, the worst class first. */
export interface EpochClasses {
  readonly epoch: number;
  readonly classes: readonly ClassMetrics[];
}

/** All that the database has on a trial, its epochs excepted. Times are milliseconds since 1970. */
export interface TrialDetails {
  readonly trial: number;
  readonly key: string;
  readonly state: string;
  readonly seed: number;
  readonly params: Params;
  readonly failures: number;
  readonly device: string;
  readonly slot: number;
  readonly threads: number;
  readonly attempt: number;
  readonly startedAt: number;
  readonly attemptStartedAt: number;
  readonly endedAt: number | undefined;
  readonly seconds: number | undefined;
  /** What the user has written about it. */
  readonly note: string | undefined;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly memberships: readonly Membership[];
  /** Attempts that have ended. */
  readonly attempts: readonly AttemptDetails[];
  readonly warnings: readonly { readonly attempt: number; readonly message: string; readonly at: number }[];
}

/** A trial's standing in one of its sweeps. */
export interface Membership {
  readonly sweep: string;
  readonly objective: Objective;
  /** Whether the sweep's definition still declares the trial. */
  readonly current: boolean;
  readonly rank: number | undefined;
  readonly best: number | undefined;
  readonly bestEpoch: number | undefined;
  /** See `TrialSpec.origin`. */
  readonly origin: string | undefined;
}

/** One attempt that has ended. Times are milliseconds since 1970. */
export interface AttemptDetails {
  readonly attempt: number;
  readonly device: string;
  readonly slot: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
  readonly kind: string | undefined;
  /** Size of the micro-batches; `undefined`: a batch was not split. */
  readonly microBatch: number | undefined;
  /** Share of the training time spent waiting for input, from 0 to 1. */
  readonly inputWait: number | undefined;
}

/** The conditions of an attempt: another attempt under the same conditions gives the same bits. */
export interface AttemptConditions {
  readonly attempt: number;
  /** The sweep that ran it, by name. */
  readonly sweep: string;
  readonly revision: number;
  readonly device: string;
  readonly threads: number;
  /** Size of the micro-batches; `undefined`: a batch was not split. */
  readonly microBatch: number | undefined;
  readonly cpu: string | undefined;
  readonly gpu: string | undefined;
  readonly tensorflow: string | undefined;
  readonly node: string;
  readonly trainer: string;
  readonly trainerVersion: string;
  readonly datasetFingerprint: string | undefined;
}

/** A checkpoint on disk. */
export interface TrialCheckpoint {
  readonly epoch: number;
  /** File name in the trial's folder. */
  readonly file: string;
  readonly bytes: number;
  /** Whether this is the best epoch in one of the trial's sweeps. */
  readonly best: boolean;
}

/** A trial's metrics for one class in one epoch. */
export interface ClassMetrics {
  readonly name: string;
  /** 0 if no image was predicted as this class. */
  readonly precision: number;
  /** 0 if there is no image of this class. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Validation images of this class. */
  readonly support: number;
}
