import type { Optimizer } from '../step/program.js';
import { tf } from '../tensorflow.js';
import type { AdamOptions } from './adam.js';

/**
 * Rectified Adam (arXiv 1908.03265): in the first steps, where the variance of the step size would be unbounded, momentum
 * alone; from then on Adam, less as long as few gradients have been seen. What depends on the number of the step alone is
 * computed in float64 and fed.
 */
export function radam({ beta1, beta2, epsilon }: AdamOptions): Optimizer {
  return {
    signature: 'radam',
    slots: [
      { name: 'm', initial: 0 },
      { name: 'v', initial: 0 },
    ],
    scalars: [],
    inputs(stepsDone) {
      const step = stepsDone + 1;
      const rectification = rectify(step, beta2);
      return {
        beta1,
        beta2,
        epsilon,
        momentum_correction: 1 / (1 - beta1 ** step),
        momentum_share: rectification === undefined ? 1 : 0,
        adaptive_share: (rectification ?? 0) * Math.sqrt(1 - beta2 ** step),
      };
    },
    update({ value, gradient, slots, inputs }) {
      const m = slots['m']!.add(gradient.sub(slots['m']!).mul(tf.sub(1, inputs['beta1']!)));
      const v = slots['v']!.add(gradient.square().sub(slots['v']!).mul(tf.sub(1, inputs['beta2']!)));
      const adaptive = inputs['adaptive_share']!.div(v.sqrt().add(inputs['epsilon']!));
      const stepSize = inputs['learning_rate']!.mul(inputs['momentum_correction']!);
      return { value: value.sub(m.mul(stepSize).mul(adaptive.add(inputs['momentum_share']!))), slots: { m, v } };
    },
    advance: () => ({}),
  };
}

/** r of the paper's algorithm 2; `undefined` while the variance is not tractable. */
function rectify(step: number, beta2: number): number | undefined {
  const limit = 2 / (1 - beta2) - 1;
  const length = limit - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (length <= 5) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
}
