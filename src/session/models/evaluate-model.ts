import { resolve } from 'node:path';
import { EnvironmentError } from '../../core/errors.js';
import type { Evaluation } from '../../core/reports/evaluation.js';
import type { TableReading } from '../../core/trainer/table-reading.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { resolveDevices } from '../../executor/hosts/devices.js';
import { findKeptModel } from './kept-model.js';
import { askModel } from './results-process.js';

export interface EvaluateRequest {
  /** Path of the database that has the trial. */
  readonly db: string;
  readonly trial: TrialReference;
  /** Labelled images: a dataset as `dataset:` in a sweep file. */
  readonly path: string;
  /** How a table is read. Settings that are missing are those of the trial. */
  readonly reading: TableReading;
  /** Variants of each image to average over. */
  readonly variants: number;
  readonly warn: (message: string) => void;
  /** Called after each image, with the number of images that are done. */
  readonly progress: (done: number, total: number) => void;
}

export interface ModelEvaluation {
  /** Sweep and trial: `birds, trial 3`. */
  readonly title: string;
  readonly trial: number;
  readonly epoch: number;
  /** Absolute path of the dataset. */
  readonly path: string;
  readonly evaluation: Evaluation;
}

/**
 * Measures a trial's model on labelled images, on a GPU if there is one. Throws as `findKeptModel` and `askModel` do.
 */
export async function evaluateModel({ db, trial, path: given, ...request }: EvaluateRequest): Promise<ModelEvaluation> {
  const model = await findKeptModel(db, trial);
  const path = resolve(given);
  const [device] = await resolveDevices(['auto'], process.env);
  const { checkpoint, dataset } = model;
  const { reading, variants, warn, progress } = request;
  let evaluation: Evaluation | undefined;
  const asked = { type: 'evaluate', checkpoint, path, reading, variants, isOwnDataset: path === dataset } as const;
  await askModel(asked, device!, (reply) => {
    if (reply.type === 'warning') warn(reply.message);
    if (reply.type === 'progress') progress(reply.done, reply.total);
    if (reply.type === 'evaluated') evaluation = reply.evaluation;
  });
  if (evaluation === undefined) throw new EnvironmentError('MODEL_PROCESS_DIED', 'the evaluation has no result');
  return { title: model.title, trial: model.trial, epoch: model.epoch, path, evaluation };
}
