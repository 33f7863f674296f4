import type { ParameterGroup, ParameterReader } from './reader.js';

export type OptimizerName = 'sgd' | 'rmsprop' | 'adam' | 'adamw' | 'radam' | 'ranger';

export interface OptimizerSettings {
  readonly name: OptimizerName;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 0: none. */
  readonly weightDecay: number;
  /** Over any of them; Ranger has it anyway. */
  readonly lookahead: boolean;
  readonly lookaheadSteps: number;
  readonly lookaheadAlpha: number;
  readonly gradientClipNorm: number | undefined;
  readonly emaDecay: number | undefined;
}

export const optimizerParameters: ParameterGroup = {
  optimizer: {
    description: 'Update rule of the weights. ranger is radam with lookahead.',
    type: 'string',
    enum: ['sgd', 'rmsprop', 'adam', 'adamw', 'radam', 'ranger'],
    default: 'adam',
  },
  momentum: {
    description: 'Share of the velocity that sgd and rmsprop keep in a step. Default: 0.9 (sgd), 0 (rmsprop).',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  nesterov: { description: "Nesterov's form of sgd's momentum.", type: 'boolean', default: false },
  beta1: {
    description: "Share of the gradients' average that adam, adamw, radam and ranger keep in a step.",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
  },
  beta2: {
    description:
      "Share of the squared gradients' average that all but sgd keep in a step. Default: 0.999, of rmsprop 0.9.",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  epsilon: {
    description: "Keeps the root of the squared gradients' average, all but sgd's divisor, from zero.",
    type: 'number',
    exclusiveMinimum: 0,
    default: 1e-7,
  },
  weight_decay: {
    description:
      'Pull of kernels towards zero; biases and norms have none. adamw, radam and ranger take learning_rate * weight_decay of the weight off it, the others add it to the gradient. Default: 0.01 (adamw), 0 (others).',
    type: 'number',
    minimum: 0,
  },
  lookahead: {
    description:
      'Slow weights that the trained ones go back to every few steps (arXiv 1907.08610), with any optimizer.',
    type: 'boolean',
    default: false,
  },
  lookahead_steps: {
    description: 'Steps between two meetings of slow and trained weights.',
    type: 'integer',
    minimum: 1,
    default: 5,
  },
  lookahead_alpha: {
    description: 'How far the slow weights go towards the trained ones when they meet.',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.5,
  },
  gradient_clip_norm: {
    description: 'All gradients together are scaled down to this norm where theirs is larger. Default: never.',
    type: 'number',
    exclusiveMinimum: 0,
  },
  ema_decay: {
    description:
      'Validate by a moving average of the weights that keeps this share in a step, less in the first ones. Default: by the weights.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
};

export function readOptimizerSettings(read: ParameterReader): OptimizerSettings {
  const name = read.string('optimizer') as OptimizerName;
  return {
    name,
    momentum: read.optionalNumber('momentum') ?? (name === 'sgd' ? 0.9 : 0),
    nesterov: read.boolean('nesterov'),
    beta1: read.number('beta1'),
    beta2: read.optionalNumber('beta2') ?? (name === 'rmsprop' ? 0.9 : 0.999),
    epsilon: read.number('epsilon'),
    weightDecay: read.optionalNumber('weight_decay') ?? (name === 'adamw' ? 0.01 : 0),
    lookahead: read.boolean('lookahead'),
    lookaheadSteps: read.number('lookahead_steps'),
    lookaheadAlpha: read.number('lookahead_alpha'),
    gradientClipNorm: read.optionalNumber('gradient_clip_norm'),
    emaDecay: read.optionalNumber('ema_decay'),
  };
}
