import { SCHEDULES, type ScheduleSettings } from '../schedules/schedule.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

export const scheduleParameters: ParameterGroup = {
  learning_rate: {
    description: 'Step size of the optimizer: the highest one, where a schedule changes it.',
    type: 'number',
    exclusiveMinimum: 0,
    default: 3e-5,
  },
  schedule: {
    description: 'How the learning rate goes from step to step.',
    type: 'string',
    enum: SCHEDULES,
    default: 'constant',
  },
  warmup_epochs: {
    description:
      'Epochs over which the learning rate rises in a line to where the schedule starts; 0.5 is half of one.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  min_learning_rate: {
    description: 'No schedule goes lower, save in the warm-up; cosine and cosine_restarts end here.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  restart_epochs: {
    description: 'Epochs to the first restart of cosine_restarts (T_0).',
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
  },
  restart_factor: {
    description: 'How many times as long each period of cosine_restarts is as the one before (T_mult).',
    type: 'number',
    minimum: 1,
    default: 2,
  },
  decay_rate: {
    description:
      'What exponential and step multiply the rate by in decay_epochs. Default: 0.9 (exponential), 0.1 (step).',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
  },
  decay_epochs: {
    description: 'Epochs for one decay_rate. Default: 1 (exponential), a third of all (step).',
    type: 'number',
    exclusiveMinimum: 0,
  },
  plateau_factor: {
    description: 'What plateau multiplies the rate by when val_loss has stopped falling.',
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.1,
  },
  plateau_patience: {
    description: 'Epochs in a row without a lower val_loss that plateau lets pass.',
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
