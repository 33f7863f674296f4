import { isIdentity, type Pipeline } from '../../data/augmentation/pipeline.js';
import { PRESETS, type Preset } from '../../data/augmentation/presets.js';
import { MAX_MAGNITUDE } from '../../data/augmentation/randaugment.js';
import { readPipeline } from '../../data/augmentation/read-pipeline.js';
import type { ParamValue } from '../../../core/parameters.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

/** What is done to training images before a step sees them. Plain data. */
export interface AugmentationSettings {
  /** `undefined`: images stay as they are. */
  readonly pipeline: Pipeline | undefined;
  /** Variants per image; 0: another one in every epoch. */
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
    description: 'With augment: randaugment, how many operations are done to each image.',
    type: 'integer',
    minimum: 0,
    maximum: 14,
    default: 2,
  },
  randaugment_magnitude: {
    description: 'With augment: randaugment, how strong the operations are, 0 to 30.',
    type: 'number',
    minimum: 0,
    maximum: MAX_MAGNITUDE,
    default: 9,
  },
  augment_copies: {
    description: 'Variants of each image that the epochs take in turn. 0: another one in every epoch.',
    type: 'integer',
    minimum: 0,
    default: 0,
  },
  mixup_alpha: {
    description: 'Mixup: each image is laid over another one, by a share from Beta(alpha, alpha). 0: off.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  cutmix_alpha: {
    description: 'CutMix: a part of each image comes from another one, its area from Beta(alpha, alpha). 0: off.',
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
