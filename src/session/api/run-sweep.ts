import type { EventSink, SweepEvent } from '../../core/trial/events.js';
import { DEFAULT_DATABASE } from '../result-folders.js';
import type { RunOptions, SweepObserver, SweepOutcome } from '../running/run-options.js';
import { abortInterrupts } from '../surroundings.js';
import type { SweepRequest } from './plan-sweep.js';

export interface RunSweepRequest extends SweepRequest, Omit<RunOptions, 'db'> {
  /** Stops the sweep when it is aborted: no trial starts, running ones are paused after their epoch. */
  readonly signal?: AbortSignal | undefined;
  /** Stops the sweep at once when it is aborted: running trials are paused and repeat the epoch that they were in. */
  readonly killSignal?: AbortSignal | undefined;
  /** Called with every event after it is recorded. The sweep waits for the promise and ends if it rejects. */
  readonly onEvent?: ((event: SweepEvent) => void | Promise<void>) | undefined;
  /** Called with every message for the user that no event carries, for example that the disk is full. */
  readonly onMessage?: ((message: string) => void) | undefined;
}

/**
 * Runs a sweep file until all its trials are finished, or continues it where it stopped.
 *
 * @example
 * const stop = new AbortController();
 * const outcome = await runSweep({
 *   file: 'birds.yaml',
 *   signal: stop.signal,
 *   onEvent: (event) => {
 *     if (event.type === 'trial-epoch') console.log(event.trialId, event.epoch, event.metrics);
 *   },
 * });
 * console.log(outcome?.summary.completed, outcome?.leaderboard.trials[0]);
 *
 * @returns `undefined` if it was aborted before the first trial could start
 * @throws {InputError} for a file, dataset, trainer or option that cannot be used; `code` says which, `hint` what to do
 * @throws {EnvironmentError} for a machine that cannot run it: NO_TENSORFLOW, GPU_DRIVER, STORE_LOCKED, ...
 */
export async function runSweep(request: RunSweepRequest): Promise<SweepOutcome | undefined> {
  const { file, set = [], signal, killSignal, onEvent, onMessage, db = DEFAULT_DATABASE, ...options } = request;
  const [{ loadSweep }, running] = await Promise.all([
    import('../planning/planned-sweep.js'),
    import('../running/run-sweep.js'),
  ]);
  const planned = await loadSweep(file, set, db);
  return running.runSweep(
    planned,
    { file, overrides: set },
    { ...options, db },
    {
      now: Date.now,
      environment: process.env,
      interrupts: abortInterrupts(signal, killSignal),
      observer: observerOf(onEvent, onMessage),
    },
  );
}

function observerOf(onEvent: RunSweepRequest['onEvent'], onMessage: RunSweepRequest['onMessage']): SweepObserver {
  const say = (message: string): void => onMessage?.(message);
  const sink: EventSink = {
    emit: async (event) => onEvent?.(event),
    close: () => Promise.resolve(),
  };
  return {
    begin: ({ changes, notes, warnings }) => {
      for (const line of [...changes, ...notes.files, ...notes.conditions, ...warnings]) say(line);
      return sink;
    },
    notice: say,
    calibrating: say,
    stopping: () => undefined,
    output: (device, line) => say(`${device}  ${line}`),
    rangeTests: { begin: () => undefined, prepare: () => undefined, step: () => undefined, say, end: () => undefined },
  };
}
