import { createHash } from 'node:crypto';
import type { TrainingContext } from '../../../core/trainer/training.js';
import type { ClassifierSettings } from '../classifier-settings.js';
import type { ImageDataset, Split } from '../../data/datasets/image-dataset.js';
import type { FeatureSource } from '../../data/input/batch-source.js';
import type { Model } from '../../networks/model.js';
import { graphKey } from '../../graph/running/graph-cache.js';
import { listState } from '../../graph/program/step-state.js';
import { FeatureComputer } from './feature-computer.js';
import { FeatureFile } from './feature-file.js';
import { featureProgram, frozenWeights, headWeights } from './feature-program.js';

export interface FrozenFeaturesOptions {
  readonly context: TrainingContext;
  readonly settings: ClassifierSettings;
  readonly dataset: ImageDataset;
  /** With its weights loaded. */
  readonly model: Model;
}

/**
 * The outputs of a frozen backbone for a dataset's images and for each augmented copy that the epochs use. Reads them from the
 * cache, or computes and caches them. Trials share them if backbone, weights, image size, augmentation and images are the same;
 * learning rate, loss, batch size and split do not matter.
 *
 * @throws EnvironmentError CACHE_UNWRITABLE, DISK_FULL; the signal's reason if it is aborted
 */
export async function frozenFeatures(options: FrozenFeaturesOptions): Promise<FeatureSource> {
  const { context, settings, dataset, model } = options;
  const { cacheDir, signal, progress, microBatch = Infinity } = context;
  const { imageSize, train, validation } = dataset;
  const { pipeline, copies } = settings.augmentation;
  const batchSize = Math.min(batchSizeAt(imageSize), microBatch);
  const program = featureProgram({ model, batchSize, imageSize });
  const [width] = headWeights(model)[0]!.variable.shape as [number];
  // Variant 0 is the unchanged image. Validation uses it, and training too where images are not augmented.
  const variants = pipeline === undefined ? 1 : 1 + copies;
  const trainVariants = pipeline === undefined ? [0] : Array.from({ length: copies }, (_, copy) => 1 + copy);
  const slotsOf = ({ stored }: Split, variant: number): Uint32Array =>
    stored.images.map((image) => image * variants + variant);

  const file = await FeatureFile.open({
    cacheDir,
    identity: sha256(
      JSON.stringify({
        program: graphKey(program, listState(program)),
        computation: settings.computation,
        weights: digest(model),
        images: train.stored.identity,
        augmentation: pipeline === undefined ? undefined : { pipeline, copies, seed: context.seed },
      }),
    ),
    slots: train.stored.slots * variants,
    width,
    signal,
    onPrepared: (done, total) => progress({ preparing: 'features', done, total }),
  });
  const computer = new FeatureComputer({ ...options, program, variants, batchSize });
  try {
    const reached = trainVariants.filter((_, copy) =>
      isReached(copy, trainVariants.length, settings.optimization.epochs),
    );
    const wanted = [...reached.map((variant) => slotsOf(train, variant)), slotsOf(validation, 0)];
    await file.prepare(Uint32Array.from(wanted.flatMap((slots) => [...slots])), batchSize, (slots) =>
      computer.compute(slots),
    );
    return {
      width,
      train: trainVariants.map((variant) => file.stored(slotsOf(train, variant))),
      validation: file.stored(slotsOf(validation, 0)),
    };
  } finally {
    computer.close();
    file.close();
  }
}

/** Images per batch, chosen to need about as much memory as 32 images at 224 px. Does not depend on the trial's batch size. */
const batchSizeAt = (imageSize: number): number => Math.max(1, Math.min(32, Math.floor(32 * (224 / imageSize) ** 2)));

/** Whether one of the epochs 1 to `epochs` uses this copy. */
const isReached = (copy: number, copies: number, epochs: number): boolean =>
  epochs >= copies || (copy >= 1 && copy <= epochs);

/** Hash of the values of all frozen weights, regardless of the file they come from. */
function digest(model: Model): string {
  const hash = createHash('sha256');
  for (const { name, variable } of frozenWeights(model))
    hash.update(`${name}\0`).update(variable.dataSync<'float32'>());
  return hash.digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
