import type { Optimizer } from '../../graph/program/program.js';
import { adam, type AdamOptions } from './adam.js';

/**
 * Rectified Adam (arXiv 1908.03265). The first steps, where the variance of the adaptive step size is not bounded, use momentum
 * only; later steps are Adam with a step size scaled by the rectification term. Reuses Adam's rule and kernel: the numbers that
 * differ depend only on the step number, so they are computed in float64 and fed as inputs.
 */
export function radam(options: AdamOptions): Optimizer {
  const { beta1, beta2, epsilon } = options;
  const rule = adam(options);
  const { op, operands, attributes } = rule.kernel!;
  return {
    ...rule,
    signature: 'radam',
    scalars: [],
    inputs(stepsDone) {
      const step = stepsDone + 1;
      const rectification = rectify(step, beta2);
      const correction = 1 / (1 - beta1 ** step);
      if (rectification === undefined) return { beta1, beta2, epsilon: VAST, ...powersFor(correction * VAST) };
      return { beta1, beta2, epsilon, ...powersFor(correction * rectification * Math.sqrt(1 - beta2 ** step)) };
    },
    update: (state) => rule.update({ ...state, scalars: state.inputs }),
    advance: () => ({}),
    kernel: {
      op,
      operands: operands.map((operand) =>
        operand !== 'gradient' && 'scalar' in operand ? { input: operand.scalar } : operand,
      ),
      attributes,
    },
  };
}

/** An epsilon so large that gradients do not matter beside it: m / (sqrt(v) + VAST) * VAST equals m in float32. */
const VAST = 1e12;

/** Values of the beta powers for which Adam's correction, sqrt(1 - beta2_power) / (1 - beta1_power), equals `correction`. */
function powersFor(correction: number): { readonly beta1_power: number; readonly beta2_power: number } {
  if (correction < 1) return { beta1_power: 1 - 1 / correction, beta2_power: 0 };
  return { beta1_power: 0, beta2_power: 1 - correction ** 2 };
}

/** r in algorithm 2 of the paper; `undefined` while the variance is not tractable. */
function rectify(step: number, beta2: number): number | undefined {
  const limit = 2 / (1 - beta2) - 1;
  const length = limit - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (length <= 5) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
}
