import type { Optimizer } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { follow } from './extend.js';

/**
 * Keeps an exponential moving average of the weights and evaluates with it (Polyak and Juditsky, 1992). The decay is
 * min(decay, (1 + steps) / (10 + steps)), as in TensorFlow's ExponentialMovingAverage with `num_updates`.
 *
 * @param decay - decay rate of the average, in [0, 1)
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
