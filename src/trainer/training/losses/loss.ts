import type { LossKind, LossSettings } from '../parameters/loss.js';
import type { NamedTensors } from '../../graph/program/program.js';
import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { balancedWeights, effectiveNumberWeights } from './class-weights.js';
import { focalLoss } from './focal.js';
import { sigmoidFocalLoss } from './sigmoid-focal.js';

/** Shapes of the inputs that `lossOf` needs besides logits and targets. */
export function lossInputs(
  classes: number,
): Record<string, { readonly shape: readonly number[]; readonly dtype: 'float32' }> {
  return {
    gamma: { shape: [], dtype: 'float32' },
    label_smoothing: { shape: [], dtype: 'float32' },
    class_weights: { shape: [classes], dtype: 'float32' },
    alpha: { shape: [2, classes], dtype: 'float32' },
  };
}

/**
 * Values of the loss's inputs. `class_weights` weighs each sample by its class. `alpha`, used only with a sigmoid, weighs the
 * presence and absence of each class.
 *
 * @param counts - training images per class
 */
export function lossFeeds(settings: LossSettings, counts: readonly number[]): Record<string, number | Float32Array> {
  const { kind, gamma, labelSmoothing, alpha, classBalanceBeta } = settings;
  const ones = counts.map(() => 1);
  let weights = ones;
  let balance = [...ones, ...ones];
  if (alpha === 'balanced') weights = balancedWeights(counts);
  else if (alpha === 'effective') weights = effectiveNumberWeights(counts, classBalanceBeta);
  else if (alpha !== 'none') {
    if (kind === 'softmax') weights = [...alpha];
    else balance = [...alpha, ...alpha.map((share) => 1 - share)];
  }
  return {
    gamma,
    label_smoothing: labelSmoothing,
    class_weights: Float32Array.from(weights),
    alpha: Float32Array.from(balance),
  };
}

/**
 * Returns one loss per sample, [batch].
 *
 * @param logits - [batch, classes]
 * @param targets - [batch, classes], from 0 to 1
 * @param inputs - as in `lossInputs`
 */
export function lossOf(kind: LossKind, logits: Tensor, targets: Tensor, inputs: NamedTensors): Tensor {
  const { gamma, label_smoothing: smoothing, class_weights: weights, alpha } = inputs as Record<string, Tensor>;
  const classes = logits.shape[1]!;
  const kept = targets.mul(tf.sub(1, smoothing!));
  if (kind === 'softmax') {
    return focalLoss(logits, kept.add(smoothing!.div(classes)).mul(weights!), gamma!);
  }
  const smoothed = kept.add(smoothing!.div(2));
  const [present, absent] = tf.unstack(alpha!) as [Tensor, Tensor];
  const losses = sigmoidFocalLoss(logits, smoothed, gamma!, { present, absent });
  return losses.mul(sampleWeights(targets, weights!));
}

/**
 * The mean class weight of a sample's classes, as for the sigmoid loss in section 4 of arXiv 1901.05555. 1 if it has no class.
 */
function sampleWeights(targets: Tensor, weights: Tensor): Tensor {
  const sum = targets.sum(1);
  return tf.where(sum.greater(0), tf.divNoNan(targets.mul(weights).sum(1), sum), tf.onesLike(sum));
}
