import type { Optimizer } from '../step/program.js';
import { tf } from '../tensorflow.js';

/** Keras' defaults. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) in the form of section 2's last remark, as Keras and TensorFlow's kernel have it:
 * the step size is corrected once for both moments, epsilon is added to the uncorrected root. Takes the input
 * `learning_rate`, a scalar.
 */
export const adam: Optimizer = {
  signature: `adam(beta1=${BETA1},beta2=${BETA2},epsilon=${EPSILON})`,
  slots: [
    { name: 'm', initial: 0 },
    { name: 'v', initial: 0 },
  ],
  scalars: [
    { name: 'beta1_power', initial: BETA1 },
    { name: 'beta2_power', initial: BETA2 },
  ],
  update({ value, gradient, slots, scalars, inputs }) {
    const correction = tf.sub(1, scalars['beta2_power']!).sqrt().div(tf.sub(1, scalars['beta1_power']!));
    const m = slots['m']!.add(gradient.sub(slots['m']!).mul(1 - BETA1));
    const v = slots['v']!.add(
      gradient
        .square()
        .sub(slots['v']!)
        .mul(1 - BETA2),
    );
    const stepSize = inputs['learning_rate']!.mul(correction);
    return { value: value.sub(m.mul(stepSize).div(v.sqrt().add(EPSILON))), slots: { m, v } };
  },
  advance: (scalars) => ({
    beta1_power: scalars['beta1_power']!.mul(BETA1),
    beta2_power: scalars['beta2_power']!.mul(BETA2),
  }),
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
      { constant: EPSILON },
      'gradient',
    ],
    attributes: { use_locking: false, use_nesterov: false },
  },
};
