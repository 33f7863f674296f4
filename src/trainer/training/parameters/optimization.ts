import type { ScheduleSettings } from '../schedules/schedule.js';
import { lossParameters, readLossSettings, type LossSettings } from './loss.js';
import { optimizerParameters, readOptimizerSettings, type OptimizerSettings } from './optimizer.js';
import type { ParameterGroup, ParameterReader } from './reader.js';
import { readScheduleSettings, scheduleParameters } from './schedule.js';

/** What is minimized, and how. */
export interface OptimizationSettings {
  readonly loss: LossSettings;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  /** How far sharpness-aware minimization looks; `undefined` where it is not asked for. */
  readonly rho: number | undefined;
  /** What the learning rate is multiplied by for each layer further from the output. */
  readonly layerDecay: number;
  /** Images in a batch. */
  readonly batchSize: number;
  /** Batches in a step. */
  readonly accumulateSteps: number;
  readonly epochs: number;
}

export const optimizationParameters: ParameterGroup = {
  ...scheduleParameters,
  ...lossParameters,
  ...optimizerParameters,
  sam: {
    description:
      'Sharpness-aware minimization (arXiv 2010.01412) with any optimizer: gradients of the worst weights nearby, at twice the time.',
    type: 'boolean',
    default: false,
  },
  rho: { description: 'How far sam looks for them.', type: 'number', exclusiveMinimum: 0, default: 0.05 },
  layer_decay: {
    description:
      'Factor on the learning rate for each layer further from the output: below 1, early layers change less.',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
  },
  batch_size: {
    description: 'Images in a training batch. Batch norm needs a good sample: take 16 or more.',
    type: 'integer',
    minimum: 1,
    default: 16,
  },
  accumulate_steps: {
    description: 'Batches whose gradients make one step, as one of so many times batch_size would, batch norm aside.',
    type: 'integer',
    minimum: 1,
    default: 1,
  },
  epochs: { description: 'Passes over the training images.', type: 'integer', minimum: 1, default: 10 },
};

export function readOptimizationSettings(read: ParameterReader): OptimizationSettings {
  return {
    loss: readLossSettings(read),
    optimizer: readOptimizerSettings(read),
    schedule: readScheduleSettings(read),
    rho: read.boolean('sam') ? read.number('rho') : undefined,
    layerDecay: read.number('layer_decay'),
    batchSize: read.number('batch_size'),
    accumulateSteps: read.number('accumulate_steps'),
    epochs: read.number('epochs'),
  };
}
