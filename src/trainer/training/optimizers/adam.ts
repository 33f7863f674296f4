import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';

export interface AdamOptions {
  /** Decay rate of the first moment, in [0, 1). */
  readonly beta1: number;
  /** Decay rate of the second moment, in [0, 1). */
  readonly beta2: number;
  /** Added to the square root of the second moment. */
  readonly epsilon: number;
}

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) in the more efficient form at the end of section 2, as in Keras and TensorFlow's kernel:
 * the bias correction of both moments is applied to the step size, and epsilon is added to the uncorrected square root.
 */
export function adam({ beta1, beta2, epsilon }: AdamOptions): Optimizer {
  return {
    signature: 'adam',
    slots: [
      { name: 'm', initial: 0 },
      { name: 'v', initial: 0 },
    ],
    scalars: [
      { name: 'beta1_power', initial: beta1 },
      { name: 'beta2_power', initial: beta2 },
    ],
    inputs: () => ({ beta1, beta2, epsilon }),
    update({ value, gradient, slots, scalars, inputs }) {
      const correction = tf.sub(1, scalars['beta2_power']!).sqrt().div(tf.sub(1, scalars['beta1_power']!));
      const m = slots['m']!.add(gradient.sub(slots['m']!).mul(tf.sub(1, inputs['beta1']!)));
      const v = slots['v']!.add(gradient.square().sub(slots['v']!).mul(tf.sub(1, inputs['beta2']!)));
      const stepSize = inputs['learning_rate']!.mul(correction);
      return { value: value.sub(m.mul(stepSize).div(v.sqrt().add(inputs['epsilon']!))), slots: { m, v } };
    },
    advance: (scalars, inputs) => ({
      beta1_power: scalars['beta1_power']!.mul(inputs['beta1']!),
      beta2_power: scalars['beta2_power']!.mul(inputs['beta2']!),
    }),
    kernel: {
      op: 'ResourceApplyAdam',
      operands: [
        { slot: 'm' },
        { slot: 'v' },
        { scalar: 'beta1_power' },
        { scalar: 'beta2_power' },
        { input: 'learning_rate' },
        { input: 'beta1' },
        { input: 'beta2' },
        { input: 'epsilon' },
        'gradient',
      ],
      attributes: { use_locking: false, use_nesterov: false },
    },
  };
}
