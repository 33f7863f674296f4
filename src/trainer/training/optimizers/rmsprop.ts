import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';

export interface RmspropOptions {
  readonly momentum: number;
  /** Decay rate of the second moment (`rho` in Keras), in [0, 1). */
  readonly beta2: number;
  /** Added to the second moment, inside the square root. */
  readonly epsilon: number;
}

/** RMSProp (Tieleman and Hinton, 2012), not centred, as in Keras and TensorFlow's kernel. */
export function rmsprop({ momentum, beta2, epsilon }: RmspropOptions): Optimizer {
  return {
    signature: 'rmsprop',
    slots: [
      { name: 'v', initial: 0 },
      { name: 'velocity', initial: 0 },
    ],
    scalars: [],
    inputs: () => ({ momentum, beta2, epsilon }),
    update({ value, gradient, slots, inputs }) {
      const v = slots['v']!.add(gradient.square().sub(slots['v']!).mul(tf.sub(1, inputs['beta2']!)));
      const step = gradient.mul(inputs['learning_rate']!).div(v.add(inputs['epsilon']!).sqrt());
      const velocity = slots['velocity']!.mul(inputs['momentum']!).add(step);
      return { value: value.sub(velocity), slots: { v, velocity } };
    },
    advance: () => ({}),
    kernel: {
      op: 'ResourceApplyRMSProp',
      operands: [
        { slot: 'v' },
        { slot: 'velocity' },
        { input: 'learning_rate' },
        { input: 'beta2' },
        { input: 'momentum' },
        { input: 'epsilon' },
        'gradient',
      ],
      attributes: { use_locking: false },
    },
  };
}
