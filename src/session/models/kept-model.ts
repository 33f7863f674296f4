import { join } from 'node:path';
import type { TrialDetails } from '../../core/results/trial-details.js';
import { InputError } from '../../core/errors.js';
import type { Params } from '../../core/parameters.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { connect } from '../../store/reading/connect.js';
import { resolveTrial } from '../../store/reading/queries/resolve-trial.js';
import { sweepAt } from '../../store/reading/find-sweep.js';
import { trialCheckpoints } from '../../store/reading/queries/checkpoints.js';
import { trialConditions } from '../../store/reading/queries/trial-conditions.js';
import { trialDetails } from '../../store/reading/queries/trial-details.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { resultFolders } from '../result-folders.js';

/** A checkpoint of a trial that is on disk. */
export interface KeptModel {
  /** Absolute path. */
  readonly checkpoint: string;
  readonly trial: number;
  readonly epoch: number;
  /** Whether the trial has its best objective in some sweep in this epoch. */
  readonly best: boolean;
  readonly params: Params;
  /** Absolute path of the dataset that the trial trained on; `undefined` if it is not recorded. */
  readonly dataset: string | undefined;
  /** Sweep and trial: `birds, trial 3`. */
  readonly title: string;
}

/**
 * Finds the checkpoint of a trial's best epoch, else the last one that is kept.
 *
 * @throws {InputError} NO_DATABASE, UNKNOWN_SWEEP, NO_BEST_TRIAL, UNKNOWN_TRIAL, FOREIGN_TRAINER, NO_CHECKPOINT
 */
export async function findKeptModel(db: string, reference: TrialReference): Promise<KeptModel> {
  const reader = await connect(db);
  try {
    const trial = await resolveTrial(reader, reference);
    const details = await trialDetails(reader, trial);
    const conditions = (await trialConditions(reader, trial, { counting: false })).at(-1);
    requireOwnTrainer(trial, conditions?.trainer);
    const checkpoints = await trialCheckpoints(reader, trial);
    const kept = checkpoints.find(({ best }) => best) ?? checkpoints.at(-1);
    if (kept === undefined) throw noneKept(details);
    const { epoch, best, file } = kept;
    const { checkpointRoot } = resultFolders(db);
    const sweep = details.memberships[0]?.sweep;
    return {
      ...{ checkpoint: join(checkpointRoot, details.key, file), trial, epoch, best, params: details.params },
      dataset: conditions && (await sweepAt(reader, conditions.sweep, conditions.revision)).dataset,
      title: `${sweep === undefined ? '' : `${sweep}, `}trial ${trial}`,
    };
  } finally {
    await reader.close();
  }
}

function requireOwnTrainer(trial: number, trainer: string | undefined): void {
  if (trainer === undefined || trainer === imageClassifier.name) return;
  throw new InputError(
    'FOREIGN_TRAINER',
    `trial ${trial} was trained by ${trainer}, which alone knows its checkpoints`,
    {
      hint: 'Models of the built-in image classifier can be exported and asked about images.',
    },
  );
}

function noneKept({ trial, state }: TrialDetails): InputError {
  const isOver = state === 'completed' || state === 'stopped' || state === 'failed';
  return isOver
    ? new InputError('NO_CHECKPOINT', `no weights of trial ${trial} are kept`, {
        hint:
          'Those of the three best trials are by default; `keep: { top_trials: 10 }` in the sweep file keeps ten. What is removed does ' +
          'not come back: to have it, run the file with that again, into another database (--db).',
      })
    : new InputError('NO_CHECKPOINT', `trial ${trial} is ${state} and has no checkpoint yet`, {
        hint: 'It gets one after each epoch.',
      });
}
