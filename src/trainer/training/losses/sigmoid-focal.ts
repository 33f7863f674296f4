import { differentiable } from '../../networks/ops/differentiable.js';
import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/** Weights of the presence and the absence of each class, both [classes]: alpha and 1 - alpha in the paper. */
export interface Balance {
  readonly present: Tensor;
  readonly absent: Tensor;
}

/**
 * Focal loss (arXiv 1708.02002) with one sigmoid per class, so that a sample can have any number of classes: the sum over
 * classes of -present * target * (1 - p)^gamma * log(p) - absent * (1 - target) * p^gamma * log(1 - p). For targets of 0 and 1 it
 * equals TensorFlow Addons' SigmoidFocalCrossEntropy. Value and gradient are finite for all finite logits and gamma >= 0.
 *
 * @param logits - [batch, classes]
 * @param targets - [batch, classes], from 0 to 1
 * @param gamma - scalar, >= 0
 * @returns one loss per sample, [batch]
 */
export function sigmoidFocalLoss(logits: Tensor, targets: Tensor, gamma: Tensor, balance: Balance): Tensor {
  const loss = differentiable(([logits]: [Tensor], save) => {
    const present = miss(logits.neg(), gamma);
    const absent = miss(logits, gamma);
    const presence = targets.mul(balance.present);
    const absence = tf.sub(1, targets).mul(balance.absent);
    save([absence.mul(absent.slope).sub(presence.mul(present.slope))]);
    return {
      value: presence.mul(present.loss).add(absence.mul(absent.loss)).sum(1),
      gradient: (dy, [dLogits]) => [dy.reshape([-1, 1]).mul(dLogits!)],
    };
  });
  return loss(logits);
}

/** The loss -s^gamma * log(1 - s), where s = sigmoid(x) is the error in the probability, and its derivative in x. */
function miss(x: Tensor, gamma: Tensor): { readonly loss: Tensor; readonly slope: Tensor } {
  const cost = tf.softplus(x);
  const focus = gamma.mul(tf.softplus(x.neg())).neg().exp();
  const slope = gamma.mul(tf.sigmoid(x.neg())).mul(cost).add(tf.sigmoid(x)).mul(focus);
  return { loss: focus.mul(cost), slope };
}
