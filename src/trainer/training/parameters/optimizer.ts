import type { ParameterGroup, ParameterReader } from './reader.js';

export type OptimizerName = 'sgd' | 'rmsprop' | 'adam' | 'adamw' | 'radam' | 'ranger';

export interface OptimizerSettings {
  readonly name: OptimizerName;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 0: no weight decay. */
  readonly weightDecay: number;
  /** Lookahead around the optimizer. Ranger always uses it. */
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
    description: 'Momentum of sgd and rmsprop. Default: 0.9 (sgd), 0 (rmsprop).',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  nesterov: { description: 'Use Nesterov momentum with sgd.', type: 'boolean', default: false },
  beta1: {
    description: 'Decay rate of the first moment of adam, adamw, radam and ranger.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
  },
  beta2: {
    description:
      'Decay rate of the second moment of all optimizers except sgd. Default: 0.9 (rmsprop), 0.999 (others).',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  epsilon: {
    description: 'Small constant that prevents division by zero in all optimizers except sgd.',
    type: 'number',
    exclusiveMinimum: 0,
    default: 1e-7,
  },
  weight_decay: {
    description:
      'Weight decay of kernels; biases and normalization layers have none. Decoupled for adamw, radam and ranger, otherwise an L2 term in the gradient. Default: 0.01 (adamw), 0 (others).',
    type: 'number',
    minimum: 0,
  },
  lookahead: {
    description:
      'Lookahead (arXiv 1907.08610), with any optimizer: slow weights follow the trained ones and replace them every few steps.',
    type: 'boolean',
    default: false,
  },
  lookahead_steps: {
    description: 'Steps between two updates of the slow weights (k).',
    type: 'integer',
    minimum: 1,
    default: 5,
  },
  lookahead_alpha: {
    description: 'Share of the distance that the slow weights move towards the trained ones at each update.',
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.5,
  },
  gradient_clip_norm: {
    description: 'Maximum global norm of the gradients; larger gradients are scaled down. Default: no clipping.',
    type: 'number',
    exclusiveMinimum: 0,
  },
  ema_decay: {
    description:
      'Validate with an exponential moving average of the weights with this decay (smaller in the first steps). Default: no average.',
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
