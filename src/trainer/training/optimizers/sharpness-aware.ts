import type { Program } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { globalNorm } from './clipped.js';

/**
 * Sharpness-aware minimization (arXiv 2010.01412): the optimizer uses the gradients at weights + rho * gradient / |gradient|.
 * Each step takes two passes with the same noise; outputs and statistics come from the first. With gradient accumulation, each
 * batch has its own perturbation (m-sharpness, section 4.1). Adds the scalar input `rho`.
 */
export function sharpnessAware(program: Program): Program {
  return {
    ...program,
    signature: `${program.signature} sam`,
    inputs: { ...program.inputs, rho: { shape: [], dtype: 'float32' } },
    train(inputs, valueOf) {
      const first = program.train(inputs, valueOf);
      const norm = globalNorm([...first.gradients.values()]);
      const scale = inputs['rho']!.div(tf.maximum(norm, SMALLEST));
      const worst = new Map(
        [...first.gradients].map(([weight, gradient]) => [weight, valueOf(weight).add(gradient.mul(scale))]),
      );
      const { gradients } = program.train(inputs, (weight) => worst.get(weight) ?? valueOf(weight));
      return { ...first, gradients };
    },
  };
}

/** Lower limit of the gradient's norm, to avoid a division by zero. */
const SMALLEST = 1e-12;
