import type { Tensor } from '../../graph/native/tensorflow.js';
import { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
import { ones, zeros } from './initializers.js';
import { newWeight, type Layer } from './layer.js';

/**
 * Batch normalization (arXiv 1502.03167) over the last axis. Training normalizes by the batch's mean and variance and moves
 * the running statistics, which inference normalizes by.
 */
export function batchNormalization(name: string, channels: number, epsilon: number): Layer {
  const gamma = newWeight(`${name}/gamma`, [channels], ones);
  const beta = newWeight(`${name}/beta`, [channels], zeros);
  const movingMean = newWeight(`${name}/moving_mean`, [channels], zeros, false);
  const movingVariance = newWeight(`${name}/moving_variance`, [channels], ones, false);
  return {
    weights: [gamma, beta, movingMean, movingVariance],
    apply(x, pass) {
      const [scale, offset, oldMean, oldVariance] = this.weights.map((spec) => pass.value(spec)) as Four;
      if (pass.training === undefined) return batchNormInference(x, scale, offset, oldMean, oldVariance, epsilon);
      const { momentum } = pass.training;
      const { y, mean, variance } = batchNormTraining(x, scale, offset, epsilon);
      pass.assign(movingMean, mean.add(oldMean.sub(mean).mul(momentum)));
      pass.assign(movingVariance, variance.add(oldVariance.sub(variance).mul(momentum)));
      return y;
    },
  };
}

type Four = [Tensor, Tensor, Tensor, Tensor];
