import type { SweepHandle } from '../../store/sweep-handle.js';
import { findLearningRates, type FindOptions } from './find-learning-rates.js';
import { aroundFound, findsRates, foundNotes, lrFindTasks } from './lr-finds.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

/** A sweep with all its values known, and notes for the user about the values that were found. */
export interface FoundSweep {
  readonly sweep: PlannedSweep;
  readonly notes: readonly string[];
}

/**
 * Finds the centres of the learning rates that a sweep file leaves to `find`, and records which tests the sweep uses.
 *
 * @returns `undefined` if the user interrupts
 *
 * @throws InputError NO_LEARNING_RATE; EnvironmentError LR_FIND_FAILED
 */
export async function findRates(
  sweep: PlannedSweep,
  handle: SweepHandle,
  options: FindOptions,
): Promise<FoundSweep | undefined> {
  const tasks = findsRates(sweep) ? lrFindTasks(sweep) : [];
  if (tasks.length > 0 || handle.change === 'changed') await handle.noteLrFinds([]);
  if (tasks.length === 0) return { sweep, notes: [] };
  const finds = await findLearningRates(tasks, sweep, options);
  if (finds === undefined) return undefined;
  const found = { sweep: aroundFound(sweep, tasks, finds), notes: foundNotes(tasks, finds) };
  await handle.noteLrFinds(tasks.map(({ key }) => key));
  return found;
}
