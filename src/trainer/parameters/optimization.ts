import type { ParameterGroup, ParameterReader } from './reader.js';

/** What is minimized, and how. */
export interface OptimizationSettings {
  readonly learningRate: number;
  readonly gamma: number;
  /** Images in a step. */
  readonly batchSize: number;
  readonly epochs: number;
}

export const optimizationParameters: ParameterGroup = {
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
};

export function readOptimizationSettings(read: ParameterReader): OptimizationSettings {
  return {
    learningRate: read.number('learning_rate'),
    gamma: read.number('gamma'),
    batchSize: read.number('batch_size'),
    epochs: read.number('epochs'),
  };
}
