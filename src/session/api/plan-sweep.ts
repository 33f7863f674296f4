import type { PlanDescription } from '../../core/reports/plan-description.js';
import { DEFAULT_DATABASE } from '../result-folders.js';

/** A sweep file and the database of its results. */
export interface SweepRequest {
  /** Path of the sweep file. */
  readonly file: string;
  /** Settings that replace the file's, as `--set` takes them: `parameters.gamma.values=[0,2]`. Default: none. */
  readonly set?: readonly string[] | undefined;
  /** Path of the database. Default: `results/sweeps.duckdb`. */
  readonly db?: string | undefined;
}

/**
 * Checks a sweep file and describes what it would run, and how much of it the database already has. Trains nothing and writes no
 * result.
 *
 * @example
 * const plan = await planSweep({ file: 'birds.yaml', set: ['epochs=3'] });
 * console.log(`${plan.trials} trials, ${plan.standing.done} done`);
 *
 * @throws {InputError} for a file, dataset or trainer that cannot be used; `code` says which, `hint` what to do
 * @throws {EnvironmentError} for a database that cannot be read
 */
export async function planSweep({ file, set = [], db = DEFAULT_DATABASE }: SweepRequest): Promise<PlanDescription> {
  // Trainers import this package, too: what only a program needs is loaded when it is called.
  const [{ loadSweep }, { describePlan }] = await Promise.all([
    import('../planning/planned-sweep.js'),
    import('../planning/describe-plan.js'),
  ]);
  return describePlan(await loadSweep(file, set, db), db);
}
