import { adam } from '../../../src/trainer/optimizers/adam.js';
import type { Optimizer } from '../../../src/trainer/step/program.js';

export { adam };

/** The same rule without its kernel: what a step traces. */
export const tracedAdam: Optimizer = {
  signature: 'traced adam',
  slots: adam.slots,
  scalars: adam.scalars,
  update: (state) => adam.update(state),
  advance: (scalars) => adam.advance(scalars),
};

export const tracedSgd: Optimizer = {
  signature: 'sgd',
  slots: [],
  scalars: [],
  update: ({ value, gradient, inputs }) => ({ value: value.sub(gradient.mul(inputs['learning_rate']!)), slots: {} }),
  advance: () => ({}),
};

export const sgd: Optimizer = {
  ...tracedSgd,
  kernel: {
    op: 'ResourceApplyGradientDescent',
    operands: [{ input: 'learning_rate' }, 'gradient'],
    attributes: { use_locking: false },
  },
};
