import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { follow } from './extend.js';

/**
 * Keeps an exponential moving average of the weights, which evaluation goes by (Polyak and Juditsky, 1992). As in TensorFlow's
 * ExponentialMovingAverage with `num_updates`, less than `decay` is kept in the first steps: (1 + steps) / (10 + steps) at most.
 *
 * @param decay - in [0, 1): share of the average that is kept in a step
 */
export function averaged(optimizer: Optimizer, decay: number): Optimizer {
  return {
    ...follow(optimizer, {
      signature: 'ema',
      slots: [{ name: 'average', initial: 'weight' }],
      inputs: (stepsDone) => ({ ema_decay: Math.min(decay, (1 + stepsDone) / (10 + stepsDone)) }),
      follow({ value, slots, inputs }) {
        const average = slots['average']!;
        return { value, slots: { average: average.add(value.sub(average).mul(tf.sub(1, inputs['ema_decay']!))) } };
      },
    }),
    evaluates: 'average',
  };
}
