import type { Optimizer } from '../../../src/trainer/step/program.js';
import { tf } from '../../../src/trainer/tensorflow.js';

const [BETA1, BETA2, ADAM_EPSILON] = [0.9, 0.999, 1e-7];

/** Adam (arXiv 1412.6980) in tensor arithmetic only. */
export const tracedAdam: Optimizer = {
  signature: 'adam',
  slots: [
    { name: 'm', initial: 0 },
    { name: 'v', initial: 0 },
  ],
  scalars: [
    { name: 'beta1_power', initial: BETA1 },
    { name: 'beta2_power', initial: BETA2 },
  ],
  update({ value, gradient, slots, scalars, inputs }) {
    const m = slots['m']!.mul(BETA1).add(gradient.mul(1 - BETA1));
    const v = slots['v']!.mul(BETA2).add(gradient.square().mul(1 - BETA2));
    const correction = tf.sub(1, scalars['beta2_power']!).sqrt().div(tf.sub(1, scalars['beta1_power']!));
    const rate = inputs['learning_rate']!.mul(correction);
    return { value: value.sub(rate.mul(m).div(v.sqrt().add(ADAM_EPSILON))), slots: { m, v } };
  },
  advance: (scalars) => ({
    beta1_power: scalars['beta1_power']!.mul(BETA1),
    beta2_power: scalars['beta2_power']!.mul(BETA2),
  }),
};

export const adam: Optimizer = {
  ...tracedAdam,
  kernel: {
    op: 'ResourceApplyAdam',
    operands: [
      { slot: 'm' },
      { slot: 'v' },
      { scalar: 'beta1_power' },
      { scalar: 'beta2_power' },
      { input: 'learning_rate' },
      { constant: BETA1 },
      { constant: BETA2 },
      { constant: ADAM_EPSILON },
      'gradient',
    ],
    attributes: { use_locking: false, use_nesterov: false },
  },
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
