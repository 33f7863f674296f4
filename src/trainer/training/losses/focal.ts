import { differentiable } from '../../networks/ops/differentiable.js';
import { runNative } from '../../graph/native/run-native.js';
import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * Focal loss (arXiv 1708.02002) over a softmax: the sum over classes of -target * (1 - p)^gamma * log(p), as in Keras'
 * CategoricalFocalCrossentropy. gamma 0 is cross-entropy. Value and gradient are finite for all finite logits and gamma >= 0.
 *
 * @param logits - [batch, classes]
 * @param targets - [batch, classes]: one-hot for a label; other numbers >= 0 for mixed images, smoothed labels and class weights
 * @param gamma - scalar
 * @returns one loss per sample, [batch]
 */
export function focalLoss(logits: Tensor, targets: Tensor, gamma: Tensor): Tensor {
  const loss = differentiable(([logits]: [Tensor], save) => {
    const [logP] = runNative('LogSoftmax', { T: { type: 'float32' } }, [logits], 1) as [Tensor];
    const p = tf.exp(logP);
    // expm1 is exact near p = 1; computed as 1 - p, this would be 0 for all p above 1 - 6e-8.
    const q = tf.maximum(tf.expm1(logP).neg(), 0);
    const focus = q.pow(gamma);
    // d loss / d log p. Its second term is gamma * (1 - p)^(gamma - 1) * p * log p, written without the power gamma - 1, which
    // can be infinite.
    const ratio = logP.div(tf.maximum(q, SMALLEST));
    const slopes = gamma.mul(p).mul(ratio).sub(1).mul(focus).mul(targets);
    const slope = slopes.sum(1, true);
    // For a one-hot target, slopes / slope is exactly 1 here, while slopes - slope * p would round twice.
    save([slope.mul(tf.divNoNan(slopes, slope).sub(p))]);
    return {
      value: focus.mul(logP).mul(targets).sum(1).neg(),
      gradient: (dy, [dLogits]) => [dy.reshape([-1, 1]).mul(dLogits!)],
    };
  });
  return loss(logits);
}

/** Smallest normal float32. Prevents NaN from 0 / 0 and changes no other quotient. */
const SMALLEST = 2 ** -126;
