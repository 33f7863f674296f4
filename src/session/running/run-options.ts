import type { EventSink } from '../../core/trial/events.js';
import type { RangeTestListener } from '../../core/trainer/range-test.js';
import type { SweepBeginning, SweepOutline, SweepSummary } from '../../core/trial/sweep-session.js';
import type { Leaderboard } from '../../core/results/leaderboard.js';
import type { Surroundings } from '../surroundings.js';

export interface RunOptions {
  /** Path of the database. Created if it does not exist. */
  readonly db: string;
  /** `cpu:0`, `gpu:1`, ... or `auto`. Default: as in the sweep's last session, else those of the sweep file. */
  readonly devices?: readonly string[] | undefined;
  /** Concurrent trials on each device. Default: the sweep file's. */
  readonly slots?: number | 'auto' | undefined;
  /** TensorFlow's threads for each slot. Default: as in the sweep's last session, else the slot's share of the cores. */
  readonly threads?: number | undefined;
  /** Run at most this many trials now. Default: all. */
  readonly maxTrials?: number | undefined;
  /** Run failed trials again. Default false. */
  readonly retryFailed?: boolean | undefined;
  /** Train every trial again. Default false. */
  readonly fresh?: boolean | undefined;
  /** Run however many trials there are. Default false: more than 10,000 are refused, unless `maxTrials` is given. */
  readonly anySize?: boolean | undefined;
  /** Pass on what trainers and TensorFlow print. Default false. */
  readonly verbose?: boolean | undefined;
}

/** Follows a session: gets everything that its user should see. */
export interface SweepObserver {
  /** Before the first trial. Returns the sink of the session's events, which the session closes at its end. */
  begin(beginning: SweepBeginning): EventSink;
  /** A message for the user that belongs to no event. */
  notice(message: string): void;
  /** Called before the fastest number of slots is measured, which takes some seconds. */
  calibrating(message: string): void;
  /** Called after an interrupt: trials end after their current epoch. */
  stopping(): void;
  /** A line that a trainer or TensorFlow printed; with `verbose` only. */
  output(device: string, line: string): void;
  /** Follows range tests of the learning rate, which come before the first trial. */
  readonly rangeTests: RangeTestListener;
}

export interface RunContext extends Surroundings {
  readonly observer: SweepObserver;
}

export interface SweepOutcome {
  readonly outline: SweepOutline;
  readonly summary: SweepSummary;
  /** The best ten trials, of all sessions. */
  readonly leaderboard: Leaderboard;
}
