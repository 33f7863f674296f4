import { tf, type Tensor } from '../native/tensorflow.js';
import type { TrainOutcome, Weight } from './program.js';

/** Gradients of several batches that are to make one step, each times what its batch counts. */
export interface GradientSum {
  readonly gradients: ReadonlyMap<Weight, Tensor>;
  /** Scalar: what all the batches count together. */
  readonly weight: Tensor;
}

/** Adds those of one more batch; `undefined` is the sum of none. */
export function addGradients(sum: GradientSum | undefined, { gradients, weight }: TrainOutcome): GradientSum {
  const added = new Map<Weight, Tensor>();
  for (const [key, gradient] of gradients) {
    const weighted = weight === undefined ? gradient : gradient.mul(weight);
    added.set(key, sum === undefined ? weighted : sum.gradients.get(key)!.add(weighted));
  }
  return { gradients: added, weight: (sum?.weight ?? tf.scalar(0)).add(weight ?? 1) };
}

export function meanGradients({ gradients, weight }: GradientSum): ReadonlyMap<Weight, Tensor> {
  return new Map([...gradients].map(([key, gradient]) => [key, gradient.div(weight)]));
}
