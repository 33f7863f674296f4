import { FAILURE_KINDS, type FailureKind } from '../../core/trial/failure.js';

/** What else may train at the same time as an attempt: anything, nothing on its host, or nothing on its device. */
export type Isolation = 'none' | 'exclusive-on-host' | 'exclusive-on-device';

/** What follows a failed attempt. docs/reliability.md has the same table for readers. */
export interface FailureRule {
  /**
   * - `never`: the trial has failed
   * - `counted`: tried again until `maxAttempts` attempts have failed
   * - `smaller`: tried again with less memory each time, until no smaller micro-batch is left
   * - `when-writable`: tried again as soon as the folders can be written to
   */
  readonly retry: 'never' | 'counted' | 'smaller' | 'when-writable';
  /** Of the next attempt. */
  readonly isolation: Isolation;
  /** How many trials in a row may fail alike before the sweep ends, because the rest would fail as well; default: any number. */
  readonly endsSweepAfter?: number;
}

export const FAILURE_RULES: Readonly<Record<FailureKind, FailureRule>> = {
  oom: { retry: 'smaller', isolation: 'exclusive-on-device' },
  diverged: { retry: 'never', isolation: 'none' },
  hung: { retry: 'counted', isolation: 'none' },
  // A crash does not show which of the host's trials caused it. Each is tried again exclusively on its host, so that a second
  // crash counts against the trial that causes it.
  crashed: { retry: 'counted', isolation: 'exclusive-on-host' },
  data: { retry: 'never', isolation: 'none', endsSweepAfter: 3 },
  code: { retry: 'never', isolation: 'none', endsSweepAfter: 3 },
  disk: { retry: 'when-writable', isolation: 'none' },
  killed: { retry: 'never', isolation: 'none' },
};

/** Failures that count towards `maxAttempts`. */
export const COUNTED_FAILURES = FAILURE_KINDS.filter((kind) => FAILURE_RULES[kind].retry === 'counted');

/** Milliseconds to wait before the next attempt: 0.25 s after the first failure, doubled each time, a minute at most. */
export const backoffMs = (failures: number): number => Math.min(60_000, 250 * 2 ** (failures - 1));
