import type { TrainerManifest } from '../core/manifest.js';
import { augmentationParameters } from './training/parameters/augmentation.js';
import { computationParameters } from './training/parameters/computation.js';
import { dataParameters } from './training/parameters/data.js';
import { modelParameters } from './training/parameters/model.js';
import { optimizationParameters } from './training/parameters/optimization.js';

/** What the loss is made of. */
const LOSS_PARAMETERS = ['loss', 'gamma', 'alpha', 'class_balance_beta', 'label_smoothing'];

/** What images of training, and of training alone, are made into. */
const TRAINING_IMAGES = ['augment', 'randaugment_ops', 'randaugment_magnitude', 'mixup_alpha', 'cutmix_alpha'];

/** What the built-in trainer takes and reports. Loads nothing, so that a sweep is checked and planned without TensorFlow. */
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
