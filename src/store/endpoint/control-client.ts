import type { ControlAction } from '../../core/trial/control.js';
import { EnvironmentError } from '../../core/errors.js';
import { readLockFile } from './lock-file.js';
import { fromFailure, type ControlAnswer } from './protocol.js';
import { send, text } from './remote-reader.js';

/** How long the process that runs the sweep may take to answer. */
const ANSWER_MS = 10_000;

/**
 * Asks the process that runs a sweep to do something with one of its trials.
 *
 * @throws {InputError} UNKNOWN_TRIAL, TRIAL_NOT_RUNNING
 * @throws {EnvironmentError} NO_SWEEP_RUNS
 */
export async function controlTrial(database: string, trial: number, action: ControlAction): Promise<void> {
  const lock = readLockFile(database);
  if (lock === undefined) throw noSweepRuns(database);
  let answer: ControlAnswer;
  try {
    const response = await send(lock, 'POST', '/control', { trial, action }, AbortSignal.timeout(ANSWER_MS));
    if (response.statusCode !== 200) throw noSweepRuns(database);
    answer = JSON.parse(await text(response)) as ControlAnswer;
  } catch (cause) {
    throw noSweepRuns(database, cause);
  }
  if ('error' in answer) throw fromFailure(answer.error);
}

const noSweepRuns = (database: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError('NO_SWEEP_RUNS', `no sweep runs on ${database}`, {
    hint: 'Trials are stopped, paused and cancelled while they run. Name another database with --db.',
    cause,
  });
