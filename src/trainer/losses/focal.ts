import { differentiable } from '../ops/differentiable.js';
import { runNative } from '../ops/native.js';
import { tf, type Tensor } from '../tensorflow.js';

/**
 * Focal loss (arXiv 1708.02002) over a softmax: -(1 - p)^gamma * log(p), with p the probability given to the true class.
 * gamma 0 is cross-entropy. Value and gradient are finite for any finite logits and any gamma >= 0.
 *
 * @param logits - [batch, classes]
 * @param labels - int32 [batch]
 * @param gamma - scalar
 * @returns one loss per sample, [batch]
 */
export function focalLoss(logits: Tensor, labels: Tensor, gamma: Tensor): Tensor {
  const loss = differentiable(([logits]: [Tensor], save) => {
    const [logProbabilities] = runNative('LogSoftmax', { T: { type: 'float32' } }, [logits], 1) as [Tensor];
    const truth = tf.oneHot(labels, logits.shape[1]!, 1, 0, 'float32');
    const logP = logProbabilities.mul(truth).sum(1);
    // 1 - p would be 0 for all p above 1 - 6e-8.
    const q = tf.maximum(tf.expm1(logP).neg(), 0);
    const focus = q.pow(gamma);
    // d loss / d log p. Its second term is gamma * (1 - p)^(gamma - 1) * p * log p, written so that no power is infinite.
    const ratio = logP.div(tf.maximum(q, SMALLEST));
    const slope = gamma.mul(tf.exp(logP)).mul(ratio).sub(1).mul(focus);
    save([slope.reshape([-1, 1]).mul(truth.sub(tf.exp(logProbabilities)))]);
    return { value: focus.mul(logP).neg(), gradient: (dy, [dLogits]) => [dy.reshape([-1, 1]).mul(dLogits!)] };
  });
  return loss(logits);
}

/** Smallest normal float32: keeps 0 / 0 from being NaN and changes no other quotient. */
const SMALLEST = 2 ** -126;
