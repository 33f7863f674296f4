/** The messages between a program and its trial: lines of JSON. docs/program-protocol.md describes them for those who write programs. */

/** Program -> trial. `id`, if there is one, is repeated in the answer. */
export type ProgramRequest = { readonly id?: unknown } & (
  | ReportRequest
  /** Asks to be the process that reports. */
  | { readonly type: 'claim' }
  | { readonly type: 'progress' | 'warn' }
);

export interface ReportRequest {
  readonly type: 'report';
  /** Default: one more than the last. */
  readonly epoch?: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Path of a file in the trial's folder. */
  readonly checkpoint?: string;
  /** Of a process among several that train together: only what rank 0 reports is recorded. Default 0. */
  readonly rank?: number;
}

/** Trial -> program. `progress` and `warn` have no answer. */
export type TrialAnswer = { readonly id?: unknown } & (
  | ReportAnswer
  /** Whether no other process has claimed to report. */
  | { readonly reports: boolean }
  /** The request is wrong, and the trial fails. */
  | { readonly error: string }
);

export interface ReportAnswer {
  readonly decision: 'continue' | 'stop';
  /** The number of the epoch. */
  readonly epoch?: number;
}
