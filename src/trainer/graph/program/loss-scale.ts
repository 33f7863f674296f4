import { tf, type Tensor } from '../native/tensorflow.js';
import type { NamedTensors, Program, TrainOutcome } from './program.js';

/** Also the name of the input by which a program scales its loss. */
const LOSS_SCALE = 'loss_scale';

/** Steps in a row since the scale was changed or a step was skipped. */
const GOOD_STEPS = 'good_steps';

/** What loss scaling keeps from step to step, as scalars of the state: nothing unless a program is float16. */
export function lossScaleScalars({
  precision,
}: Pick<Program, 'precision'>): readonly { readonly name: string; readonly initial: number }[] {
  if (precision !== 'float16') return [];
  return [
    { name: LOSS_SCALE, initial: 2 ** 15 },
    { name: GOOD_STEPS, initial: 0 },
  ];
}

/** What a program is trained with: its inputs, and the scale where it has one. */
export function scaledInputs(
  { precision }: Pick<Program, 'precision'>,
  inputs: NamedTensors,
  scalarOf: (name: string) => Tensor,
): NamedTensors {
  return precision === 'float16' ? { ...inputs, [LOSS_SCALE]: scalarOf(LOSS_SCALE) } : inputs;
}

/** Whether a step can be taken: scalar, bool. */
export function allFinite(gradients: TrainOutcome['gradients']): Tensor {
  return tf.stack([...gradients.values()].map((gradient) => tf.isFinite(gradient).all())).all();
}

/**
 * Dynamic loss scaling (arXiv 1710.03740, section 3.2; start and pace as Keras' LossScaleOptimizer has them). float16 loses
 * gradients below 6e-8 and has none above 65,504: the scale is doubled after 2,000 good steps, and halved for each step that
 * is skipped because a gradient is not finite. All are powers of two, so that scaling rounds nothing.
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
