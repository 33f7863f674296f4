import type { Optimizer } from '../step/program.js';
import { tf } from '../tensorflow.js';
import { follow } from './extend.js';

export interface LookaheadOptions {
  /** Steps of the optimizer between two of the slow weights; k of the paper. */
  readonly steps: number;
  /** How far the slow weights go towards the fast ones, in (0, 1]. */
  readonly alpha: number;
}

/**
 * Lookahead (arXiv 1907.08610): slow weights follow those that the optimizer trains, and every `steps` steps these go on from
 * there. The optimizer's own memory is kept.
 */
export function lookahead(optimizer: Optimizer, { steps, alpha }: LookaheadOptions): Optimizer {
  return follow(optimizer, {
    signature: 'lookahead',
    slots: [{ name: 'slow', initial: 'weight' }],
    inputs: (stepsDone) => ({ lookahead_alpha: alpha, lookahead_meets: (stepsDone + 1) % steps === 0 ? 1 : 0 }),
    follow({ value, slots, inputs }) {
      const slow = slots['slow']!;
      const moved = slow.add(value.sub(slow).mul(inputs['lookahead_alpha']!));
      const meets = inputs['lookahead_meets']!.greater(0);
      return { value: tf.where(meets, moved, value), slots: { slow: tf.where(meets, moved, slow) } };
    },
  });
}
