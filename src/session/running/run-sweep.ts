import { openStore } from '../../store/store.js';
import type { PlannedSweep, SweepSource } from '../planning/planned-sweep.js';
import { leaderboardOf } from '../reading/read-leaderboard.js';
import { finishOptions } from './finish/run-finish-command.js';
import { runSweepCommand } from './finish/run-sweep-command.js';
import { findResources, prepareRun, type PrepareOptions } from './preparing/prepare-run.js';
import type { RunContext, RunOptions, SweepOutcome } from './run-options.js';
import { runTrials } from './run-trials.js';
import { settleTrials } from './settle-trials.js';

/**
 * Runs a sweep until everything it declares is finished, or the user interrupts it.
 *
 * @returns `undefined` where the user interrupted before the first trial
 * @throws {InputError} NO_TRIALS, TOO_MANY_TRIALS, CACHE_LIMIT_INVALID, UNKNOWN_DEVICE, SLOTS_AUTO, NO_LEARNING_RATE
 * @throws {EnvironmentError} NO_TENSORFLOW, GPU_DRIVER, CALIBRATION_FAILED, LR_FIND_FAILED; what `openStore` throws and what
 *   `execute` rejects with
 */
export async function runSweep(
  planned: PlannedSweep,
  source: SweepSource,
  options: RunOptions,
  context: RunContext,
): Promise<SweepOutcome | undefined> {
  const resources = await findResources(planned, options, context);
  const finish = finishOptions(planned.definition, options.db, context);
  let ended: SweepOutcome | undefined;
  try {
    ended = await runSession({ planned, resources, source, options, context });
  } catch (error) {
    await runSweepCommand(finish, undefined);
    throw error;
  }
  if (ended !== undefined) await runSweepCommand(finish, ended);
  return ended;
}

/** Opens the database for as long as trials run. */
async function runSession(parts: Omit<PrepareOptions, 'store'>): Promise<SweepOutcome | undefined> {
  const { planned, options, context } = parts;
  const store = await openStore(options.db, { now: context.now });
  try {
    const run = await prepareRun({ ...parts, store });
    if (run === undefined) return undefined;
    const settled = await settleTrials(run);
    const summary = await runTrials(run, settled);
    const leaderboard = await leaderboardOf(store.reader, planned.definition.name, LEADERS);
    return { outline: settled.beginning.outline, summary, leaderboard };
  } finally {
    await store.close();
  }
}

/** Trials on the leaderboard of an outcome. */
const LEADERS = 10;
