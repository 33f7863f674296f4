import { formatCounted } from '../../core/format.js';
import { InputError } from '../../core/errors.js';
import type { TrainingContext } from '../../core/trainer/training.js';
import type { InferenceFacts } from './checkpoints/checkpoint.js';
import { readSettings, type ClassifierSettings } from './classifier-settings.js';
import { lossUnfit } from '../data/datasets/check-dataset.js';
import type { ImageDataset } from '../data/datasets/image-dataset.js';
import { openImageDataset } from '../data/datasets/open-image-dataset.js';
import { frozenFeatures } from './features/frozen-features.js';
import { featuresApply } from './features/shared-features.js';
import { partOf, type BatchSource } from '../data/input/batch-source.js';
import { buildModel, type Model } from '../networks/model.js';
import { scalingWarning } from '../networks/weights/matching/input-scaling.js';
import { openPretrained, type Pretrained } from '../networks/weights/pretrained.js';
import type { OptimizationSettings } from './parameters/optimization.js';

export interface TrialOptions {
  /** Whether to cache the features of a frozen backbone, and to train on them where possible. Default: true. */
  readonly keepsFeatures?: boolean;
}

/** What a trial trains and what it trains on. The trial closes `dataset` and disposes `model`. */
export interface OpenedTrial {
  readonly settings: ClassifierSettings;
  readonly dataset: ImageDataset;
  readonly model: Model;
  readonly source: BatchSource;
  readonly inference: InferenceFacts | undefined;
}

/**
 * Opens the dataset (decoding its images unless the cache has them), builds the model, loads its weights, and computes features
 * where the backbone is frozen and the cache does not have them.
 *
 * @throws InputError PARAMETER_UNKNOWN, PARAMETER_INVALID, DATASET_MISSING, BATCH_TOO_LARGE, LOSS_UNFIT, and whatever
 *   `openImageDataset` and `openPretrained` throw
 */
export async function openTrial(
  context: TrainingContext,
  { keepsFeatures = true }: TrialOptions = {},
): Promise<OpenedTrial> {
  const settings = readSettings(context.params);
  const dataset = await openDataset(context, settings);
  let model: Model | undefined;
  let pretrained: Pretrained | undefined;
  try {
    requireFullBatch(settings.optimization, dataset.train.count);
    if (dataset.train.targets && settings.optimization.loss.kind !== 'sigmoid') throw lossUnfit();
    const classes = dataset.classNames.length;
    const { backbone, unfreeze } = settings.model;
    context.progress({ preparing: 'building the network' });
    pretrained = await openPretrained(settings.model, context.files);
    if (pretrained?.assumedScaling !== undefined)
      context.warn(scalingWarning(settings.model.weights, pretrained.assumedScaling));
    model = buildModel({ backbone, unfreeze, classes, seed: context.seed, ...pretrained?.options });
    pretrained?.load(model, classes);
    const features =
      keepsFeatures && featuresApply(settings)
        ? await frozenFeatures({ context, settings, dataset, model })
        : undefined;
    const source = { ...batchSource(dataset, settings, context.seed), features };
    return { settings, dataset, model, source, inference: inferenceFacts(dataset, pretrained) };
  } catch (error) {
    model?.dispose();
    dataset.close();
    throw error;
  } finally {
    pretrained?.close();
  }
}

async function openDataset(context: TrainingContext, settings: ClassifierSettings): Promise<ImageDataset> {
  const { dataset: path, cacheDir, seed, warn, signal, progress } = context;
  if (path === undefined) {
    throw new InputError('DATASET_MISSING', 'the image classifier has no images to train on', {
      hint: 'Name a folder of images with "dataset:" in the sweep file.',
    });
  }
  const { imageSize } = settings.model;
  const onPrepared = (done: number, total: number): void => progress({ preparing: 'images', done, total });
  return openImageDataset({ path, imageSize, cacheDir, seed, warn, signal, onPrepared, ...settings.data });
}

function requireFullBatch({ batchSize, accumulateSteps }: OptimizationSettings, images: number): void {
  const wanted = batchSize * accumulateSteps;
  if (wanted <= images) return;
  const times = accumulateSteps === 1 ? '' : `, accumulate_steps ${accumulateSteps}`;
  throw new InputError(
    'BATCH_TOO_LARGE',
    `batch_size is ${batchSize}${times}, more than the ${formatCounted(images, 'image')} to train on`,
    { hint: 'Lower batch_size or raise train_samples.' },
  );
}

function batchSource(dataset: ImageDataset, settings: ClassifierSettings, seed: number): BatchSource {
  const { model, optimization, augmentation } = settings;
  return {
    batchSize: optimization.batchSize * optimization.accumulateSteps,
    imageSize: model.imageSize,
    classes: dataset.classNames.length,
    seed,
    train: partOf(dataset.train),
    validation: partOf(dataset.validation),
    augmentation,
  };
}

function inferenceFacts({ train }: ImageDataset, pretrained: Pretrained | undefined): InferenceFacts | undefined {
  if (pretrained === undefined && train.targets === undefined) return undefined;
  return { arithmetic: pretrained?.options, ...(train.targets && { isMultiLabel: true }) };
}
