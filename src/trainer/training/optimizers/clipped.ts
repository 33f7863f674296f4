import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { prepare } from './extend.js';
import { globalNorm } from './global-norm.js';

/** Scales all gradients by one number, so that their norm as one vector is `norm` at most (arXiv 1211.5063), as Keras does. */
export function clipped(optimizer: Optimizer, norm: number): Optimizer {
  return prepare(optimizer, {
    signature: 'clip',
    inputs: () => ({ gradient_clip_norm: norm }),
    prepare(gradients, inputs) {
      const limit = inputs['gradient_clip_norm']!;
      const scale = tf.minimum(1, limit.div(globalNorm([...gradients.values()])));
      return new Map([...gradients].map(([weight, gradient]) => [weight, gradient.mul(scale)]));
    },
  });
}
