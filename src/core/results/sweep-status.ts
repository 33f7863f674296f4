import type { TrialStatus } from '../trial/trial.js';
import type { Holder } from './reader.js';

/** The progress of sweeps, and what runs now. */
export interface StatusReport {
  readonly sweeps: readonly SweepStatus[];
  readonly running: readonly RunningTrialStatus[];
  /** By sweep; none for a sweep without checkpoints. */
  readonly checkpoints: ReadonlyMap<string, CheckpointSpace>;
  /** The process that has the database open for writing. */
  readonly holder: Holder | undefined;
}

/** Progress of a sweep, with its best trial. */
export interface SweepStatus {
  readonly name: string;
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
  readonly target: number | undefined;
  /** Number of declared trials; `undefined` if the sweep has no end. */
  readonly declared: number | undefined;
  /** `interrupted`: trials that were running when their process died; while no process has the database open, none is `running`. */
  readonly counts: Readonly<Record<TrialStatus | 'interrupted', number>>;
  readonly best: { readonly trial: number; readonly objective: number } | undefined;
  /** Start of the latest run or resume, in milliseconds since 1970. */
  readonly lastRunAt: number;
}

/** A running trial. */
export interface RunningTrialStatus {
  readonly trial: number;
  readonly sweep: string;
  readonly attempt: number;
  readonly device: string;
  readonly slot: number;
  /** The latest epoch that it reported; `undefined` before the first. */
  readonly epoch: number | undefined;
  readonly objective: number | undefined;
  /** Start of the attempt, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** Progress of the sweep that this process runs. */
export interface SweepStanding {
  /** Trials that are completed or were stopped early. */
  readonly finished: number;
  readonly failed: number;
  readonly best: { readonly trialId: number; readonly value: number } | undefined;
}

/** Disk space of a sweep's checkpoints. */
export interface CheckpointSpace {
  readonly files: number;
  readonly bytes: number;
}
