import type { ScheduleSettings } from '../schedules/schedule.js';
import { lossParameters, readLossSettings, type LossSettings } from './loss.js';
import { optimizerParameters, readOptimizerSettings, type OptimizerSettings } from './optimizer.js';
import type { ParameterGroup, ParameterReader } from './reader.js';
import { readScheduleSettings, scheduleParameters } from './schedule.js';

/** Loss, optimizer, learning rate schedule and batches. */
export interface OptimizationSettings {
  readonly loss: LossSettings;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  /** Radius of sharpness-aware minimization; `undefined`: not used. */
  readonly rho: number | undefined;
  /** Factor on the learning rate per block of distance from the output, in (0, 1]; 1: none. */
  readonly layerDecay: number;
  /** Images per batch. */
  readonly batchSize: number;
  /** Batches per optimizer step. */
  readonly accumulateSteps: number;
  readonly epochs: number;
}

export const optimizationParameters: ParameterGroup = {
  ...scheduleParameters,
  ...lossParameters,
  ...optimizerParameters,
  sam: {
    description:
      'Sharpness-aware minimization (arXiv 2010.01412), with any optimizer: uses the gradient at the worst weights within rho. Doubles the time per step.',
    type: 'boolean',
    default: false,
  },
  rho: {
    description: 'Radius of the neighbourhood that sam searches.',
    type: 'number',
    exclusiveMinimum: 0,
    default: 0.05,
  },
  layer_decay: {
    description:
      'Layer-wise decay: factor on the learning rate for each block further from the output. Below 1, early layers change less.',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
  },
  batch_size: {
    description: 'Images per training batch. Batch norm works best with 16 or more.',
    type: 'integer',
    minimum: 1,
    default: 16,
  },
  accumulate_steps: {
    description:
      'Gradient accumulation: batches per optimizer step. The effective batch size is batch_size * accumulate_steps; batch norm still uses batch_size.',
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
