import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { differentiable, unkeep } from './differentiable.js';
import { runNative, type NativeAttribute } from '../../graph/native/run-native.js';

/**
 * Batch normalization (arXiv 1502.03167) in training, by the mean and variance of the batch. The value and the gradient
 * take one kernel each. `x` is [batch, height, width, channels]; `scale` and `offset` are [channels].
 *
 * @returns `y` with the shape of `x`; the batch's mean and biased variance, [channels], which pass no gradient
 */
export function batchNormTraining(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): { readonly y: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const attributes = fusedAttributes(epsilon, true);
  const statistics: Tensor[] = [];
  const normalize = differentiable(([x, scale, offset]: Tensor[], save) => {
    const none = tf.zeros([0]);
    const [y, mean, variance, ...reserved] = runNative(
      'FusedBatchNormV3',
      attributes,
      [x!, scale!, offset!, none, none],
      6,
    );
    statistics.push(tf.keep(mean!), tf.keep(variance!));
    save([x!, scale!, ...reserved]);
    return { value: y!, gradient: (dy, saved) => fusedGradient(attributes, dy, saved) };
  });
  const y = normalize(x, scale, offset);
  const [mean, variance] = statistics.map(unkeep) as [Tensor, Tensor];
  const count = x.size / scale.size;
  // The kernel returns the unbiased variance. Moving averages use the biased one, as in Keras.
  return { y, mean, variance: count > 1 ? variance.mul((count - 1) / count) : variance };
}

/** Batch normalization by moving statistics, [channels]. Differentiable in `x`, `scale` and `offset`; shapes as in training. */
export function batchNormInference(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon: number,
): Tensor {
  const attributes = fusedAttributes(epsilon, false);
  const normalize = differentiable(([x, scale, offset]: Tensor[], save) => {
    const outputs = runNative('FusedBatchNormV3', attributes, [x!, scale!, offset!, mean, variance], 6);
    save([x!, scale!, mean, variance, outputs[5]!]);
    return { value: outputs[0]!, gradient: (dy, saved) => fusedGradient(attributes, dy, saved) };
  });
  return normalize(x, scale, offset);
}

/**
 * Gradients of x, scale and offset.
 *
 * @param saved - x, scale, and the three arrays that the forward kernel returns for this purpose
 */
function fusedGradient(attributes: Record<string, NativeAttribute>, dy: Tensor, saved: Tensor[]): Tensor[] {
  return runNative('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3);
}

function fusedAttributes(epsilon: number, training: boolean): Record<string, NativeAttribute> {
  return {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: training },
  };
}
