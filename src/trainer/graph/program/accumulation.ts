import { tf, type Tensor } from '../native/tensorflow.js';
import type { TrainOutcome, Weight } from './program.js';

/** Sum of the gradients of several batches for one step, each multiplied by the weight of its batch. */
export interface GradientSum {
  readonly gradients: ReadonlyMap<Weight, Tensor>;
  /** Scalar: sum of the batches' weights. */
  readonly weight: Tensor;
}

/** Adds the gradients of one batch. `undefined` stands for an empty sum. */
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
