import type { Program } from '../../graph/program/program.js';
import { tf } from '../../graph/native/tensorflow.js';
import { globalNorm } from './global-norm.js';

/**
 * Sharpness-aware minimization (arXiv 2010.01412): the optimizer gets the gradients at weights + rho * gradient / |gradient|, the
 * worst place nearby. Takes two passes a step, both with the same noise; outputs and statistics are those of the first. Where
 * several batches make one step, each has a worst place of its own (section 4.1's m-sharpness). Adds the input `rho`.
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

/** Of a gradient: what is below is taken for none. */
const SMALLEST = 1e-12;
