import type { Optimizer } from '../../graph/program/program.js';

export interface SgdOptions {
  /** Share of the velocity that is kept in a step; 0 is plain gradient descent. */
  readonly momentum: number;
  /** Looks a step of momentum ahead (Sutskever et al., 2013). */
  readonly nesterov: boolean;
}

/**
 * Gradient descent with momentum as PyTorch has it: velocity = momentum * velocity + gradient, and the learning rate
 * multiplies the velocity, so that a changed rate takes effect at once.
 */
export function sgd({ momentum, nesterov }: SgdOptions): Optimizer {
  return {
    signature: `sgd${nesterov ? '(nesterov)' : ''}`,
    slots: [{ name: 'velocity', initial: 0 }],
    scalars: [],
    inputs: () => ({ momentum }),
    update({ value, gradient, slots, inputs }) {
      const velocity = slots['velocity']!.mul(inputs['momentum']!).add(gradient);
      const direction = nesterov ? gradient.add(velocity.mul(inputs['momentum']!)) : velocity;
      return { value: value.sub(direction.mul(inputs['learning_rate']!)), slots: { velocity } };
    },
    advance: () => ({}),
    kernel: {
      op: 'ResourceApplyMomentum',
      operands: [{ slot: 'velocity' }, { input: 'learning_rate' }, 'gradient', { input: 'momentum' }],
      attributes: { use_locking: false, use_nesterov: nesterov },
    },
  };
}
