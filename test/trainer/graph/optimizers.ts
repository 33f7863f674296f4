import { adam as createAdam } from '../../../src/trainer/training/optimizers/adam.js';
import type { Optimizer } from '../../../src/trainer/graph/program/program.js';

export const adam = createAdam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });

/** An optimizer without its kernel, so that a step traces its update rule. */
export function traced(optimizer: Optimizer): Optimizer {
  const rule: Optimizer & { kernel?: unknown } = { ...optimizer, signature: `traced ${optimizer.signature}` };
  delete rule.kernel;
  return rule;
}

export const tracedAdam = traced(adam);

export const sgd: Optimizer = {
  signature: 'sgd',
  slots: [],
  scalars: [],
  inputs: () => ({}),
  update: ({ value, gradient, inputs }) => ({ value: value.sub(gradient.mul(inputs['learning_rate']!)), slots: {} }),
  advance: () => ({}),
  kernel: {
    op: 'ResourceApplyGradientDescent',
    operands: [{ input: 'learning_rate' }, 'gradient'],
    attributes: { use_locking: false },
  },
};

export const tracedSgd = traced(sgd);
