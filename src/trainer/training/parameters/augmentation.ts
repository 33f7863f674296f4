import { isIdentity, type Pipeline } from '../../data/augmentation/pipeline.js';
import { PRESETS, type Preset } from '../../data/augmentation/presets.js';
import { MAX_MAGNITUDE } from '../../data/augmentation/randaugment.js';
import { readPipeline } from '../../data/augmentation/read-pipeline.js';
import type { ParamValue } from '../../../core/parameters.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

/** How training images are augmented. Plain data, so that it can be sent to another thread. */
export interface AugmentationSettings {
  /** `undefined`: images are not augmented. */
  readonly pipeline: Pipeline | undefined;
  /** Number of fixed variants per image; 0: a new variant in every epoch. */
  readonly copies: number;
  readonly mixupAlpha: number;
  readonly cutmixAlpha: number;
}

const NAMED = [...(Object.keys(PRESETS) as Preset[]), 'randaugment'] as const;

export const augmentationParameters: ParameterGroup = {
  augment: {
    description:
      'Random changes to training images: none, light, medium, strong, randaugment, or a list such as [{op: rotate, limit: 15, p: 0.3}].',
    oneOf: [
      { type: 'string', enum: NAMED },
      { type: 'array', items: { type: 'object' } },
    ],
    default: 'none',
  },
  randaugment_ops: {
    description: 'Number of operations per image, for augment: randaugment.',
    type: 'integer',
    minimum: 0,
    maximum: 14,
    default: 2,
  },
  randaugment_magnitude: {
    description: 'Strength of the operations, 0 to 30, for augment: randaugment.',
    type: 'number',
    minimum: 0,
    maximum: MAX_MAGNITUDE,
    default: 9,
  },
  augment_copies: {
    description:
      'Number of fixed variants of each image, which the epochs use in turn. 0: a new variant in every epoch.',
    type: 'integer',
    minimum: 0,
    default: 0,
  },
  mixup_alpha: {
    description: 'Mixup: blends each image with another one. The share is drawn from Beta(alpha, alpha). 0: off.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  cutmix_alpha: {
    description:
      'CutMix: replaces a rectangle of each image with part of another one. Its area is drawn from Beta(alpha, alpha). 0: off.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
};

/** @throws InputError PARAMETER_INVALID */
export function readAugmentationSettings(read: ParameterReader): AugmentationSettings {
  const pipeline = pipelineOf(
    read.value('augment')!,
    read.number('randaugment_ops'),
    read.number('randaugment_magnitude'),
  );
  return {
    pipeline: isIdentity(pipeline) ? undefined : pipeline,
    copies: read.number('augment_copies'),
    mixupAlpha: read.number('mixup_alpha'),
    cutmixAlpha: read.number('cutmix_alpha'),
  };
}

function pipelineOf(augment: ParamValue, ops: number, magnitude: number): Pipeline {
  if (augment === 'randaugment') return { kind: 'randaugment', ops, magnitude };
  const entries = typeof augment === 'string' ? PRESETS[augment as Preset] : (augment as readonly ParamValue[]);
  return { kind: 'steps', steps: readPipeline(entries) };
}
