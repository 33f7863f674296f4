import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** How the logits become probabilities. Part of the graph; all other settings of a loss are inputs. */
export type LossKind = 'softmax' | 'sigmoid';

export interface LossSettings {
  readonly kind: LossKind;
  /** Focusing parameter, >= 0; 0 is cross-entropy. */
  readonly gamma: number;
  /** In [0, 1): share of the target spread over all classes (softmax), or between present and absent (sigmoid). */
  readonly labelSmoothing: number;
  /** Class weights. `effective`: by the effective number of images with `classBalanceBeta`. A list has one number per class. */
  readonly alpha: 'none' | 'balanced' | 'effective' | readonly number[];
  readonly classBalanceBeta: number;
}

export const lossParameters: ParameterGroup = {
  loss: {
    description:
      'Loss function: focal (focal loss over a softmax; gamma 0 is cross-entropy), cross_entropy (ignores gamma), or sigmoid_focal (focal loss with one sigmoid per class).',
    type: 'string',
    enum: ['focal', 'cross_entropy', 'sigmoid_focal'],
    default: 'focal',
  },
  gamma: {
    description:
      'Focusing parameter of the focal losses: the higher, the less a well classified image counts. 0: all images count the same.',
    type: 'number',
    minimum: 0,
    default: 0,
  },
  label_smoothing: {
    description: 'Label smoothing: share of the target that is spread evenly over all classes.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0,
  },
  alpha: {
    description:
      'Class weights in the loss: balanced (inverse of the number of images per class), effective (inverse of the effective number of images, arXiv 1901.05555), or a list with one number per class, in the order of the class names.',
    oneOf: [
      { type: 'string', enum: ['none', 'balanced', 'effective'] },
      { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2 },
    ],
    default: 'none',
  },
  class_balance_beta: {
    description: 'Beta for alpha: effective. 0: equal weights; the closer to 1, the closer to balanced.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
  },
};

/** @throws InputError PARAMETER_INVALID if a number in `alpha` is above 1 with sigmoid_focal */
export function readLossSettings(read: ParameterReader): LossSettings {
  const loss = read.string('loss');
  const alpha = read.value('alpha') as LossSettings['alpha'];
  if (loss === 'sigmoid_focal' && typeof alpha === 'object' && alpha.some((share) => share > 1)) {
    throw parameterInvalid(
      'alpha',
      [...alpha],
      'With sigmoid_focal, the absence of a class has the weight 1 - alpha: use numbers from 0 to 1.',
    );
  }
  return {
    kind: loss === 'sigmoid_focal' ? 'sigmoid' : 'softmax',
    gamma: loss === 'cross_entropy' ? 0 : read.number('gamma'),
    labelSmoothing: read.number('label_smoothing'),
    alpha,
    classBalanceBeta: read.number('class_balance_beta'),
  };
}
