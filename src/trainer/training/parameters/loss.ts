import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** Over what the classes' probabilities are computed; all else is an input. */
export type LossKind = 'softmax' | 'sigmoid';

export interface LossSettings {
  readonly kind: LossKind;
  /** Focusing exponent, >= 0; 0 is cross-entropy. */
  readonly gamma: number;
  /** In [0, 1): share of the target that is spread over all classes, or, over a sigmoid, between present and absent. */
  readonly labelSmoothing: number;
  /** `effective`: by the effective number of images, with `classBalanceBeta`. A list has a number for each class. */
  readonly alpha: 'none' | 'balanced' | 'effective' | readonly number[];
  readonly classBalanceBeta: number;
}

export const lossParameters: ParameterGroup = {
  loss: {
    description:
      'What is minimized: focal loss over a softmax (cross-entropy where gamma is 0), cross_entropy whatever gamma is, or sigmoid_focal with a sigmoid for each class.',
    type: 'string',
    enum: ['focal', 'cross_entropy', 'sigmoid_focal'],
    default: 'focal',
  },
  gamma: {
    description: 'Focusing exponent of the focal losses: how much less a well classified image counts. 0: not at all.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  label_smoothing: {
    description: 'Share of the target that is spread evenly over all classes.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0,
  },
  alpha: {
    description:
      'What a class counts in the loss: balanced by the inverse of its images, effective by that of their effective number (arXiv 1901.05555), or a list with a number for each class, in the order of their names.',
    oneOf: [
      { type: 'string', enum: ['none', 'balanced', 'effective'] },
      { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2 },
    ],
    default: 'none',
  },
  class_balance_beta: {
    description: 'Beta of alpha: effective. 0 weighs no class; the closer to 1, the nearer to balanced.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
  },
};

/** @throws InputError PARAMETER_INVALID where `alpha` of a sigmoid is above 1 */
export function readLossSettings(read: ParameterReader): LossSettings {
  const loss = read.string('loss');
  const alpha = read.value('alpha') as LossSettings['alpha'];
  if (loss === 'sigmoid_focal' && typeof alpha === 'object' && alpha.some((share) => share > 1)) {
    throw parameterInvalid('alpha', [...alpha], 'Over a sigmoid, what absence counts is 1 - alpha: take 0 to 1.');
  }
  return {
    kind: loss === 'sigmoid_focal' ? 'sigmoid' : 'softmax',
    gamma: loss === 'cross_entropy' ? 0 : read.number('gamma'),
    labelSmoothing: read.number('label_smoothing'),
    alpha,
    classBalanceBeta: read.number('class_balance_beta'),
  };
}
