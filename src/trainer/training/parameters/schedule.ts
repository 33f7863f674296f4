import { SCHEDULES, type ScheduleSettings } from '../schedules/schedule.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

export const scheduleParameters: ParameterGroup = {
  learning_rate: {
    description: 'Learning rate of the optimizer. With a schedule: its highest value.',
    type: 'number',
    exclusiveMinimum: 0,
    default: 3e-5,
  },
  schedule: {
    description: 'Learning rate schedule, applied at every step.',
    type: 'string',
    enum: SCHEDULES,
    default: 'constant',
  },
  warmup_epochs: {
    description: 'Epochs of linear warm-up to the learning rate at which the schedule starts. 0.5: half an epoch.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  min_learning_rate: {
    description: 'Lowest learning rate of any schedule, except during warm-up. cosine and cosine_restarts end here.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  restart_epochs: {
    description: 'Epochs until the first restart of cosine_restarts (T_0).',
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
  },
  restart_factor: {
    description: 'Factor by which each period of cosine_restarts is longer than the one before (T_mult).',
    type: 'number',
    minimum: 1,
    default: 2,
  },
  decay_rate: {
    description:
      'Factor on the learning rate every decay_epochs, for exponential and step. Default: 0.9 (exponential), 0.1 (step).',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
  },
  decay_epochs: {
    description:
      'Epochs in which the learning rate decays once by decay_rate. Default: 1 (exponential), a third of epochs (step).',
    type: 'number',
    exclusiveMinimum: 0,
  },
  plateau_factor: {
    description: 'Factor on the learning rate when val_loss stops improving, for plateau.',
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.1,
  },
  plateau_patience: {
    description: 'Epochs without improvement of val_loss that plateau waits before it lowers the learning rate.',
    type: 'integer',
    minimum: 0,
    default: 2,
  },
};

export function readScheduleSettings(read: ParameterReader): ScheduleSettings {
  const schedule = read.string('schedule') as ScheduleSettings['schedule'];
  const epochs = read.number('epochs');
  const inSteps = schedule === 'step';
  return {
    schedule,
    epochs,
    learningRate: read.number('learning_rate'),
    minLearningRate: read.number('min_learning_rate'),
    warmupEpochs: read.number('warmup_epochs'),
    restartEpochs: read.number('restart_epochs'),
    restartFactor: read.number('restart_factor'),
    decayRate: read.optionalNumber('decay_rate') ?? (inSteps ? 0.1 : 0.9),
    decayEpochs: read.optionalNumber('decay_epochs') ?? (inSteps ? epochs / 3 : 1),
    plateauFactor: read.number('plateau_factor'),
    plateauPatience: read.number('plateau_patience'),
  };
}
