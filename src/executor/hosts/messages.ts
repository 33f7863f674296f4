import type { SerializedError } from '../../core/errors.js';
import type { Machine } from '../../core/trial/events.js';
import type { Params } from '../../core/parameters.js';
import type { CheckpointEvery, Decision, EpochReport, Preparation, Progress } from '../../core/trainer/training.js';
import type { Hang } from './watchdog.js';

/** One attempt at a trial, as the thread that trains it needs it. */
export interface Task {
  /** URL of the module that exports `train`. */
  readonly trainer: string;
  /** See `TrainingContext.settings`. */
  readonly settings?: unknown;
  /** The trial's parameters over the trainer's defaults. */
  readonly params: Params;
  readonly seed: number;
  readonly device: string;
  readonly dataset: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly checkpointDir: string;
  readonly cacheDir: string;
  readonly recordedEpochs: number;
  readonly checkpointEvery: CheckpointEvery | undefined;
  readonly microBatch: number | undefined;
}

/** How a training function ended. An error crosses as data: an Error object would lose its class and fields on the way. */
export type TrainingOutcome =
  { readonly type: 'returned' } | { readonly type: 'threw'; readonly error: SerializedError };

/** Host -> thread, while it trains. */
export type ThreadRequest =
  /** Answers the oldest report that has no answer yet. */
  | { readonly type: 'decide'; readonly decision: Decision }
  /** End now, without waiting for the next report. */
  | { readonly type: 'abort' };

/** Thread -> host. Nothing follows `ended`; of several, the first counts. */
export type ThreadReply =
  | { readonly type: 'report'; readonly report: EpochReport }
  | { readonly type: 'progress'; readonly progress: Progress | Preparation }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'ended'; readonly outcome: TrainingOutcome };

/**
 * Main process -> host, in lists, as a `MessageBatcher` sends them. A slot runs one task at a time, so its number identifies
 * the task.
 */
export type HostRequest =
  | { readonly type: 'run'; readonly slot: number; readonly task: Task }
  | (ThreadRequest & { readonly slot: number })
  /** Exit as soon as no task runs. */
  | { readonly type: 'shutdown' };

/** Host -> main process, in lists too. */
export type HostReply =
  /** Takes tasks from now on. `node`: host name of its machine, on which it has the process id `pid`. */
  | { readonly type: 'ready'; readonly node: string; readonly pid: number; readonly machine: Machine }
  | (ThreadReply & { readonly slot: number })
  /** The slot's trial makes no progress; only the end of this process ends it. */
  | ({ readonly type: 'hung'; readonly slot: number } & Hang);
