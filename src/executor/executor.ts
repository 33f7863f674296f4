import type { ControlAction } from '../core/trial/control.js';
import type { SweepSummary } from '../core/trial/sweep-session.js';
import type { ExecutorOptions } from './executor-options.js';
import { RunningSweep } from './running-sweep.js';
import type { Assignment } from './scheduling/assignment-source.js';

/** Runs every assignment on the given devices. Takes the next one from the iterator only when a slot is free for it. */
export function execute(
  assignments: AsyncIterator<Assignment> | Iterator<Assignment>,
  options: ExecutorOptions,
): Execution {
  const sweep = new RunningSweep(assignments, options);
  return {
    finished: sweep.run(),
    interrupt: () => sweep.interrupt(),
    kill: () => sweep.kill(),
    control: (trialId, action) => (sweep.control(trialId, action) ? 'accepted' : 'not-running'),
  };
}

export type { Assignment, ExecutorOptions };

export interface Execution {
  /**
   * Resolves when all trials have ended and all hosts are gone. Rejects, also after that, with the error that ended the sweep:
   * one thrown by the sink, the stopping rule or the iterator, an EnvironmentError `HOST_START_FAILED`, `FOLDER_UNUSABLE` or
   * `FAILS_ALIKE`, or an InputError `NO_SLOTS`.
   */
  readonly finished: Promise<SweepSummary>;
  /** Begins no new trials; running ones are told to stop at their next report and are then `paused`. */
  interrupt(): void;
  /** Kills the hosts; the trials in them are `paused`. */
  kill(): void;
  /** Stops, pauses or cancels one running trial. */
  control(trialId: number, action: ControlAction): ControlAnswer;
}

/** `not-running`: the trial has not begun, has ended, or is being cancelled already. */
export type ControlAnswer = 'accepted' | 'not-running';
