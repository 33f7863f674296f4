import { IllegalTransitionError } from '../errors.js';
import type { Params } from '../parameters.js';

/** A declared point of a sweep: plain data, so it crosses threads, processes and the database unchanged. */
export interface TrialSpec {
  /**
   * Hash of the canonical parameters, the dataset's fingerprint, the seed and the trainer's version, in 16 hexadecimal digits.
   * The same work has the same key in every sweep.
   */
  readonly key: string;
  /** Place in the declared order, from 0. */
  readonly position: number;
  readonly seed: number;
  readonly params: Params;
  /**
   * Why the sampler proposed it, in a few words for people: "the trainer's defaults", "expected improvement 0.012 near trial 17".
   * `undefined` where the order of the trials depends on no result.
   */
  readonly origin?: string | undefined;
  /** Whether it repeats one of the best points with a new seed, so that the winner is not chosen by chance. Default false. */
  readonly confirms?: boolean | undefined;
}

/** A trial with its number, which is unique within a database and never reused. */
export interface Trial extends TrialSpec {
  readonly id: number;
}

export const TRIAL_STATUSES = ['queued', 'running', 'paused', 'completed', 'stopped', 'failed'] as const;

/**
 * Status of a trial. The column `status` of the table `data.trials` holds it; the public views call that column `state`.
 * `completed` and `stopped` (early) are final: only `renew` leads out of them.
 */
export type TrialStatus = (typeof TRIAL_STATUSES)[number];

/** `new`: declared, but without a row in the database yet. */
export type TrialSource = TrialStatus | 'new';

/** Whether a trial has a result. */
export const isFinished = (status: TrialSource): boolean => status === 'completed' || status === 'stopped';

/**
 * All moves that change the status of a trial, with the statuses that each may start from.
 * - `start`: an attempt begins, the first one or the next one
 * - `complete`: the trainer has returned
 * - `stop`: a stopping rule or the user has ended the trial early
 * - `pause`: the attempt was ended without a failure; a resume continues the trial
 * - `fail`: the attempt has failed and no other follows
 * - `retry`: the attempt has failed and another follows
 * - `requeue`: the process of a running trial has died, and its successor will start the trial again
 * - `interrupt`: the process of a running trial has died, and a resume continues the trial
 * - `adopt`: a trial that was never started takes over epochs of an earlier one
 * - `renew`: a trial forgets its epochs and starts from the beginning
 */
export const TRIAL_MOVES = {
  start: { from: ['new', 'queued', 'paused', 'failed'], to: 'running' },
  complete: { from: ['running'], to: 'completed' },
  stop: { from: ['running'], to: 'stopped' },
  pause: { from: ['running'], to: 'paused' },
  fail: { from: ['running'], to: 'failed' },
  retry: { from: ['running'], to: 'queued' },
  requeue: { from: ['running'], to: 'queued' },
  interrupt: { from: ['running'], to: 'paused' },
  adopt: { from: ['new'], to: 'paused' },
  renew: { from: ['queued', 'paused', 'completed', 'stopped', 'failed'], to: 'queued' },
} as const satisfies Readonly<Record<string, { readonly from: readonly TrialSource[]; readonly to: TrialStatus }>>;

export type TrialMove = keyof typeof TRIAL_MOVES;

/**
 * The status after a move: the only way to a new status.
 *
 * @throws {IllegalTransitionError} if the move cannot start from this status
 */
export function transition(from: TrialSource, move: TrialMove): TrialStatus {
  const { from: sources, to } = TRIAL_MOVES[move];
  if (!(sources as readonly TrialSource[]).includes(from)) throw new IllegalTransitionError(from, move);
  return to;
}
