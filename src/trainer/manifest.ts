import type { TrainerManifest } from '../core/manifest.js';
import { EFFICIENTNETS } from './models/efficientnet-plan.js';

/** What the built-in trainer takes and reports. Loads nothing, so that a sweep is checked and planned without TensorFlow. */
export const imageClassifier: TrainerManifest = {
  name: 'image-classifier',
  version: '1',
  parameters: {
    backbone: {
      description: 'EfficientNet to train, from b0 (5 million weights) to b7 (66 million).',
      type: 'string',
      enum: EFFICIENTNETS,
      default: 'b0',
    },
    learning_rate: { description: 'Step size of Adam.', type: 'number', exclusiveMinimum: 0, default: 3e-5 },
    gamma: {
      description:
        'Focusing exponent of the focal loss: how much less a well classified image counts. 0 is cross-entropy.',
      type: 'number',
      minimum: 0,
      default: 0,
    },
    batch_size: {
      description: 'Images in a training step. Batch norm needs a good sample: take 16 or more.',
      type: 'integer',
      minimum: 1,
      default: 16,
    },
    epochs: { description: 'Passes over the training images.', type: 'integer', minimum: 1, default: 10 },
    image_size: {
      description: "Edge in pixels to which images are resized. Default: the backbone's own, 224 (b0) to 600 (b7).",
      type: 'integer',
      minimum: 32,
    },
    validation_split: {
      description: 'Share of each class that is held out for validation, where the dataset does not come split.',
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
    },
    train_samples: {
      description: "Train on at most so many images, drawn evenly over the classes' own shares. Default: all.",
      type: 'integer',
      minimum: 1,
    },
    validation_samples: {
      description: "Validate on at most so many images, drawn evenly over the classes' own shares. Default: all.",
      type: 'integer',
      minimum: 1,
    },
    max_corrupt: {
      description: 'Images that cannot be decoded are skipped and reported; more than this many fail the trial.',
      type: 'integer',
      minimum: 0,
      default: 100,
    },
    dropout: {
      description:
        "Share of features dropped before the classifier. Default: the backbone's own, 0.2 (b0) to 0.5 (b7).",
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
    },
    drop_connect: {
      description:
        'Stochastic depth: how often the last block is skipped; earlier ones less, in proportion to their depth.',
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
    },
    compile: {
      description:
        'Run each step as one TensorFlow graph. false runs it op by op: the same results, several times slower.',
      type: 'boolean',
      default: true,
    },
  },
  metrics: {
    loss: 'minimize',
    accuracy: 'maximize',
    macro_f1: 'maximize',
    balanced_accuracy: 'maximize',
    val_loss: 'minimize',
    val_accuracy: 'maximize',
    val_macro_f1: 'maximize',
    val_balanced_accuracy: 'maximize',
  },
  objective: { metric: 'val_macro_f1', goal: 'maximize' },
};
