import { FAILURE_KINDS, type FailureKind } from '../../core/failure.js';

/** What follows a failed attempt. docs/reliability.md has the same table for people. */
export interface FailureRule {
  /**
   * - `never`: the trial has failed
   * - `counted`: tried again until as many attempts have failed as are allowed
   * - `smaller`: tried again with less memory each time, until there is nothing left to save
   * - `when-writable`: tried again as soon as the disk takes something
   */
  readonly retry: 'never' | 'counted' | 'smaller' | 'when-writable';
  /** Who may train beside the next attempt: anyone, nobody in its host, or nobody on its device. */
  readonly isolation: 'none' | 'exclusive-on-host' | 'exclusive-on-device';
  /** So many trials in a row that fail alike end the sweep: the rest would fail as well. */
  readonly endsSweepAfter?: number;
}

export const FAILURE_RULES: Readonly<Record<FailureKind, FailureRule>> = {
  oom: { retry: 'smaller', isolation: 'exclusive-on-device' },
  diverged: { retry: 'never', isolation: 'none' },
  hung: { retry: 'counted', isolation: 'none' },
  // Which of a host's trials brought it down is not to be seen from outside. Each is tried again alone in its host, so that a
  // second crash counts against the one that causes it.
  crashed: { retry: 'counted', isolation: 'exclusive-on-host' },
  data: { retry: 'never', isolation: 'none', endsSweepAfter: 3 },
  code: { retry: 'never', isolation: 'none', endsSweepAfter: 3 },
  disk: { retry: 'when-writable', isolation: 'none' },
  killed: { retry: 'never', isolation: 'none' },
};

/** Failures that count against a trial. */
export const COUNTED_FAILURES = FAILURE_KINDS.filter((kind) => FAILURE_RULES[kind].retry === 'counted');

/** Milliseconds to wait before the next attempt, after so many failed ones: 0.25 s, doubled each time, a minute at most. */
export const backoffMs = (failures: number): number => Math.min(60_000, 250 * 2 ** (failures - 1));
