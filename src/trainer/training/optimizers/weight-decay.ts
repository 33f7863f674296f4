import type { Optimizer, ValueOf, Weight } from '../../graph/program/program.js';
import type { Tensor } from '../../graph/native/tensorflow.js';
import { follow, prepare } from './extend.js';

/** Biases and normalization weights, which have one dimension, are not decayed. */
const isDecayed = (value: Tensor) => value.rank > 1;

/** Adds weight_decay * weight to the gradient (L2 regularisation), as PyTorch's SGD, RMSprop and Adam do. */
export function regularized(optimizer: Optimizer, weightDecay: number): Optimizer {
  const decay = (gradients: ReadonlyMap<Weight, Tensor>, strength: Tensor, valueOf: ValueOf) =>
    new Map(
      [...gradients].map(([weight, gradient]) => {
        const value = valueOf(weight);
        return [weight, isDecayed(value) ? gradient.add(value.mul(strength)) : gradient];
      }),
    );
  return prepare(optimizer, {
    signature: 'l2',
    inputs: () => ({ weight_decay: weightDecay }),
    prepare: (gradients, inputs, valueOf) => decay(gradients, inputs['weight_decay']!, valueOf),
  });
}

/**
 * Decoupled weight decay: weight -= learning_rate * weight_decay * weight, in addition to the update (AdamW, arXiv 1711.05101).
 */
export function decayed(optimizer: Optimizer, weightDecay: number): Optimizer {
  return follow(optimizer, {
    signature: 'decay',
    inputs: () => ({ weight_decay: weightDecay }),
    follow({ before, value, inputs }) {
      if (!isDecayed(before)) return { value, slots: {} };
      return { value: value.sub(before.mul(inputs['learning_rate']!.mul(inputs['weight_decay']!))), slots: {} };
    },
  });
}
