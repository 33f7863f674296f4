import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { follow } from './extend.js';

export interface LookaheadOptions {
  /** Optimizer steps between two updates of the slow weights; k in the paper. */
  readonly steps: number;
  /** Share of the distance that the slow weights move towards the fast ones, in (0, 1]. */
  readonly alpha: number;
}

/**
 * Lookahead (arXiv 1907.08610): every `steps` steps the slow weights move towards the trained (fast) weights, and the fast
 * weights are set to the slow ones. The optimizer's slots are kept.
 */
export function lookahead(optimizer: Optimizer, { steps, alpha }: LookaheadOptions): Optimizer {
  return follow(optimizer, {
    signature: 'lookahead',
    slots: [{ name: 'slow', initial: 'weight' }],
    // 0 in steps that do not update the slow weights.
    inputs: (stepsDone) => ({ lookahead_pull: (stepsDone + 1) % steps === 0 ? alpha : 0 }),
    follow({ value, slots, inputs }) {
      const pull = inputs['lookahead_pull']!;
      const slow = slots['slow']!.add(value.sub(slots['slow']!).mul(pull));
      return { value: tf.where(pull.greater(0), slow, value), slots: { slow } };
    },
  });
}
