import type { Reader } from '../../core/results/reader.js';
import type { EpochClasses, TrialDetails, TrialReport } from '../../core/results/trial-details.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { resolveTrial } from '../../store/reading/queries/resolve-trial.js';
import { trialCheckpoints } from '../../store/reading/queries/checkpoints.js';
import { classMetrics } from '../../store/reading/queries/class-metrics.js';
import { trialCurve, trialDetails } from '../../store/reading/queries/trial-details.js';
import { withReader } from './with-reader.js';

/** Everything that a database has on a trial. Throws as `connect`, `resolveTrial` and `trialDetails` do. */
export const readTrial = (db: string, reference: TrialReference): Promise<TrialReport> =>
  withReader(db, async (reader) => {
    const trial = await resolveTrial(reader, reference);
    const details = await trialDetails(reader, trial);
    const metrics = [...new Set(details.memberships.map(({ objective }) => objective.metric))];
    return {
      details,
      curves: await Promise.all(
        metrics.map(async (metric) => ({ metric, points: await trialCurve(reader, trial, metric) })),
      ),
      classes: await classesOf(reader, details),
      checkpoints: await trialCheckpoints(reader, trial),
    };
  });

/** The metrics per class of each epoch that is the best one in some sweep. */
async function classesOf(reader: Reader, { trial, memberships }: TrialDetails): Promise<EpochClasses[]> {
  const epochs = [...new Set(memberships.flatMap(({ bestEpoch }) => bestEpoch ?? []))];
  return Promise.all(epochs.map(async (epoch) => ({ epoch, classes: await classMetrics(reader, trial, epoch) })));
}
