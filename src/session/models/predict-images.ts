import type { PredictedImage, Predictions } from '../../core/reports/predictions.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { resolveDevices } from '../../executor/hosts/devices.js';
import { findImages } from '../../trainer/results/find-images.js';
import { findKeptModel } from './kept-model.js';
import { askModel } from './results-process.js';

export interface PredictRequest {
  /** Path of the database that has the trial. */
  readonly db: string;
  readonly trial: TrialReference;
  /** Files, folders and patterns. */
  readonly images: readonly string[];
  /** Variants of each image to average over. */
  readonly variants: number;
  /** Called after each image, with the number of images that are done. */
  readonly progress: (done: number, total: number) => void;
}

/** Predictions, their model, and the separator between the labels of an image in the trial's dataset. */
export interface TrialPredictions {
  readonly predictions: Predictions;
  readonly separator: string;
  /** Sweep and trial of the model: `birds, trial 3`. */
  readonly title: string;
}

/** Predicts the classes of images with a trial's model. Throws as `findKeptModel`, `findImages` and `askModel` do. */
export async function predictImages(request: PredictRequest): Promise<TrialPredictions> {
  const { checkpoint, params, title } = await findKeptModel(request.db, request.trial);
  const images = await findImages(request.images);
  const { label_separator: separator } = params;
  return {
    predictions: await predictAll({ ...request, checkpoint, images }),
    separator: typeof separator === 'string' ? separator : ' ',
    title,
  };
}

/** On a GPU if there is one. */
async function predictAll({
  checkpoint,
  images,
  variants,
  progress,
}: Omit<PredictRequest, 'db' | 'trial'> & { readonly checkpoint: string }): Promise<Predictions> {
  const [device] = await resolveDevices(['auto'], process.env);
  const rows: PredictedImage[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  let model = { classNames: [] as readonly string[], isMultiLabel: false };
  await askModel({ type: 'predict', checkpoint, images, variants }, device!, (reply) => {
    if (reply.type === 'model') model = { classNames: reply.classNames, isMultiLabel: reply.isMultiLabel };
    if (reply.type !== 'prediction') return;
    const path = images[reply.index]!;
    if ('reason' in reply) unreadable.push({ path, reason: reply.reason });
    rows.push({ path, probabilities: 'probabilities' in reply ? reply.probabilities : undefined });
    progress(rows.length, images.length);
  });
  return { ...model, rows, unreadable };
}
