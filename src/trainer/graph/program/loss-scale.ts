import { tf, type Tensor } from '../native/tensorflow.js';
import type { NamedTensors, Program, TrainOutcome } from './program.js';

/** Name of the scalar, and of the program's input that scales its loss. */
const LOSS_SCALE = 'loss_scale';

/** Number of steps since the scale changed or a step was skipped. */
const GOOD_STEPS = 'good_steps';

/** Scalars that loss scaling keeps in the state. Empty unless the program's precision is float16. */
export function lossScaleScalars({
  precision,
}: Pick<Program, 'precision'>): readonly { readonly name: string; readonly initial: number }[] {
  if (precision !== 'float16') return [];
  return [
    { name: LOSS_SCALE, initial: 2 ** 15 },
    { name: GOOD_STEPS, initial: 0 },
  ];
}

/** The inputs for `Program.train`: the step's inputs, plus the loss scale for float16. */
export function scaledInputs(
  { precision }: Pick<Program, 'precision'>,
  inputs: NamedTensors,
  scalarOf: (name: string) => Tensor,
): NamedTensors {
  return precision === 'float16' ? { ...inputs, [LOSS_SCALE]: scalarOf(LOSS_SCALE) } : inputs;
}

/** Whether all gradients are finite, so that the step can be taken. Returns a scalar, bool. */
export function allFinite(gradients: TrainOutcome['gradients']): Tensor {
  return tf.stack([...gradients.values()].map((gradient) => tf.isFinite(gradient).all())).all();
}

/**
 * Dynamic loss scaling (arXiv 1710.03740, section 3.2), with the initial scale and growth of Keras' LossScaleOptimizer. float16
 * can represent magnitudes from 6e-8 to 65,504. The scale doubles after 2,000 good steps, and halves for each step that is
 * skipped because a gradient is not finite. It is always a power of two, so scaling causes no rounding.
 *
 * @param finite - from `allFinite`
 * @returns the new values of the scalars
 */
export function advanceLossScale(scalars: NamedTensors, finite: Tensor): NamedTensors {
  const [scale, good] = [scalars[LOSS_SCALE]!, scalars[GOOD_STEPS]!];
  const counted = good.add(1);
  const grows = counted.greaterEqual(GROWTH_STEPS);
  const doubled = scale.mul(2);
  const grown = tf.where(grows.logicalAnd(doubled.isFinite()), doubled, scale);
  const zero = tf.zerosLike(good);
  return {
    [LOSS_SCALE]: tf.where(finite, grown, scale.mul(0.5)),
    [GOOD_STEPS]: tf.where(finite, tf.where(grows, zero, counted), zero),
  };
}

const GROWTH_STEPS = 2_000;
