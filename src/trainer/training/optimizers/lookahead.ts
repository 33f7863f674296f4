import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
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
    // 0 where they do not meet: the slow weights stay.
    inputs: (stepsDone) => ({ lookahead_pull: (stepsDone + 1) % steps === 0 ? alpha : 0 }),
    follow({ value, slots, inputs }) {
      const pull = inputs['lookahead_pull']!;
      const slow = slots['slow']!.add(value.sub(slots['slow']!).mul(pull));
      return { value: tf.where(pull.greater(0), slow, value), slots: { slow } };
    },
  });
}
