import type { TrainerManifest } from '../core/trainer/manifest.js';
import { augmentationParameters } from './training/parameters/augmentation.js';
import { computationParameters } from './training/parameters/computation.js';
import { dataParameters } from './training/parameters/data.js';
import { modelParameters } from './training/parameters/model.js';
import { optimizationParameters } from './training/parameters/optimization.js';

/** Parameters that define the loss. */
const LOSS_PARAMETERS = ['loss', 'gamma', 'alpha', 'class_balance_beta', 'label_smoothing'];

/** Parameters that change training images but not validation images. */
const TRAINING_IMAGES = ['augment', 'randaugment_ops', 'randaugment_magnitude', 'mixup_alpha', 'cutmix_alpha'];

/**
 * Parameters and metrics of the built-in trainer. Does not load TensorFlow, so that sweeps can be checked and planned without
 * it.
 */
export const imageClassifier: TrainerManifest = {
  name: 'image-classifier',
  version: '1',
  parameters: {
    ...modelParameters,
    ...optimizationParameters,
    ...dataParameters,
    ...augmentationParameters,
    ...computationParameters,
  },
  metrics: {
    loss: 'minimize',
    cross_entropy: 'minimize',
    accuracy: 'maximize',
    macro_f1: 'maximize',
    balanced_accuracy: 'maximize',
    val_loss: 'minimize',
    val_cross_entropy: 'minimize',
    val_accuracy: 'maximize',
    val_macro_f1: 'maximize',
    val_balanced_accuracy: 'maximize',
    val_top5_accuracy: 'maximize',
    val_auroc: 'maximize',
    val_ece: 'minimize',
  },
  incomparable: {
    loss: { parameters: [...LOSS_PARAMETERS, ...TRAINING_IMAGES], instead: 'val_cross_entropy' },
    val_loss: { parameters: LOSS_PARAMETERS, instead: 'val_cross_entropy' },
  },
  memory: { shape: ['backbone', 'image_size', 'unfreeze', 'precision'], batch: 'batch_size' },
  findable: { parameter: 'learning_rate', per: 'backbone' },
  objective: { metric: 'val_macro_f1', goal: 'maximize' },
};
