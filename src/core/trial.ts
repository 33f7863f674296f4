import { IllegalTransitionError, unreachable, type SerializedError } from './errors.js';
import type { Params } from './parameters.js';

/** One point of a sweep as it is declared: plain data, so it crosses threads, processes and the database unchanged. */
export interface TrialSpec {
  /**
   * Hash of the canonical parameters, the dataset's fingerprint, the seed and the trainer's version: the same work has the
   * same key whatever sweep declares it. 16 hexadecimal digits.
   */
  readonly key: string;
  /** Place in the declared order, from 0. */
  readonly position: number;
  readonly seed: number;
  readonly params: Params;
}

/** A declared trial with the number people call it by; numbers are unique within a database and never reused. */
export interface Trial extends TrialSpec {
  readonly id: number;
}

export const TRIAL_STATUSES = ['queued', 'running', 'paused', 'completed', 'stopped', 'failed'] as const;
export type TrialStatus = (typeof TRIAL_STATUSES)[number];

/** Where a trial is. `attempt` counts tries from 1; times are milliseconds since 1970. */
export type TrialState =
  | { readonly status: 'queued'; readonly attempt: number }
  | { readonly status: 'running'; readonly attempt: number; readonly device: string; readonly startedAt: number }
  | { readonly status: 'paused'; readonly attempt: number; readonly endedAt: number }
  | { readonly status: 'completed'; readonly attempt: number; readonly endedAt: number }
  | { readonly status: 'stopped'; readonly attempt: number; readonly epoch: number; readonly endedAt: number }
  | { readonly status: 'failed'; readonly attempt: number; readonly error: SerializedError; readonly endedAt: number };

export type TrialSignal =
  | { readonly type: 'start'; readonly device: string; readonly at: number }
  | { readonly type: 'complete'; readonly at: number }
  | { readonly type: 'stop'; readonly epoch: number; readonly at: number }
  | { readonly type: 'pause'; readonly at: number }
  | { readonly type: 'fail'; readonly error: SerializedError; readonly at: number }
  | { readonly type: 'requeue' };

/** The only way a trial changes state. What is completed or stopped accepts nothing; the rest can be queued again. */
export function transition(state: TrialState, signal: TrialSignal): TrialState {
  const { attempt } = state;
  switch (state.status) {
    case 'queued':
      if (signal.type === 'start') return { status: 'running', attempt, device: signal.device, startedAt: signal.at };
      break;
    case 'running':
      switch (signal.type) {
        case 'complete':
          return { status: 'completed', attempt, endedAt: signal.at };
        case 'stop':
          return { status: 'stopped', attempt, epoch: signal.epoch, endedAt: signal.at };
        case 'pause':
          return { status: 'paused', attempt, endedAt: signal.at };
        case 'fail':
          return { status: 'failed', attempt, error: signal.error, endedAt: signal.at };
        case 'start':
        case 'requeue':
          break;
        default:
          return unreachable(signal);
      }
      break;
    case 'paused':
    case 'failed':
      if (signal.type === 'requeue') return { status: 'queued', attempt: attempt + 1 };
      break;
    case 'completed':
    case 'stopped':
      break;
    default:
      return unreachable(state);
  }
  throw new IllegalTransitionError(state.status, signal.type);
}
