import type { StatusReport } from '../../core/results/sweep-status.js';
import { checkpointSpace } from '../../store/reading/queries/checkpoints.js';
import { resolveSweep } from '../../store/reading/queries/sweep-names.js';
import { runningTrials, sweepStatuses } from '../../store/reading/queries/sweep-status.js';
import { withReader } from './with-reader.js';

/**
 * The progress of a database's sweeps, or of the one with that name.
 *
 * @throws {InputError} NO_DATABASE, UNKNOWN_SWEEP, NO_SWEEPS
 */
export const readStatus = (db: string, sweep: string | undefined): Promise<StatusReport> =>
  withReader(db, async (reader) => {
    const named = await resolveSweep(reader, sweep);
    const isRequested = (name: string): boolean => sweep === undefined || name === named;
    const sweeps = await sweepStatuses(reader);
    const running = await runningTrials(reader);
    return {
      sweeps: sweeps.filter(({ name }) => isRequested(name)),
      running: running.filter((trial) => isRequested(trial.sweep)),
      checkpoints: await checkpointSpace(reader),
      holder: reader.holder,
    };
  });
