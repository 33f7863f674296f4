import type { Optimizer } from '../../graph/program/program.js';

export interface SgdOptions {
  /** Momentum in [0, 1); 0 is plain gradient descent. */
  readonly momentum: number;
  /** Nesterov momentum (Sutskever et al., 2013). */
  readonly nesterov: boolean;
}

/**
 * Gradient descent with momentum, as in PyTorch: velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. A
 * new learning rate therefore takes effect at once.
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
