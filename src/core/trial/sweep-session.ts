import type { Objective } from '../objective.js';

/** What a view of a running sweep needs to know before the first event. */
export interface SweepOutline {
  readonly name: string;
  readonly objective: Objective;
  /** Names of the parameters that differ between trials, in the order to show them. */
  readonly varying: readonly string[];
  /** Trials that this session is to reach, those done before included; Infinity where there is no end. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Training threads of all devices together. */
  readonly slots: number;
  /** Best value that earlier sessions left, if any. */
  readonly best?: BestTrial;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface BestTrial {
  readonly trialId: number;
  readonly value: number;
}

/** Everything that is known of a session once its trials are settled, before the first one runs. */
export interface SweepBeginning {
  readonly outline: SweepOutline;
  /** Trials that the sweep declares; Infinity where there is no end. */
  readonly declared: number;
  /** Whether the database did not have the sweep before. */
  readonly isNew: boolean;
  /** What has changed since the last session, in words, a line each. */
  readonly changes: readonly string[];
  /** What the user should know of the sweep file and of the files that it names, and the conditions of trials; a line each. */
  readonly notes: { readonly files: readonly string[]; readonly conditions: readonly string[] };
  /** What is true of every trial and may be unintended, a line each. */
  readonly warnings: readonly string[];
  /** Trials of the sweep that are finished, whichever sweep ran them. */
  readonly finished: number;
  readonly failed: number;
  /** Trials that are no longer declared. */
  readonly dropped: number;
  /** Trials that other sweeps have begun or finished, taken over. */
  readonly shared: number;
  /** Trials that go on from shorter ones. */
  readonly continued: number;
  /** Whether failed trials run again. */
  readonly retryFailed: boolean;
  /** Whether everything is trained anew. */
  readonly fresh: boolean;
}

/** How many of the trials that a session began have ended in which way. */
export interface SweepSummary {
  readonly completed: number;
  readonly stopped: number;
  readonly failed: number;
  /** Begun and not finished; a resume continues them. */
  readonly paused: number;
  /** Whether the user ended the sweep before its plan was done. */
  readonly interrupted: boolean;
  /** Whether the sweep's time limit (`max_time`) passed before its plan was done. */
  readonly timeUp: boolean;
}
