import { describe, it } from 'node:test';
import { batchNormInference, batchNormTraining } from '../../../../src/trainer/networks/ops/batch-norm.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertClose, assertNoLeak, assertSame, uniform } from '../../tensors.js';

const epsilon = 1e-3;
const inputs = () => [uniform([4, 3, 5, 6], 1), uniform([6], 2, 0.5, 1.5), uniform([6], 3)] as [Tensor, Tensor, Tensor];

const plainTraining = (x: Tensor, scale: Tensor, offset: Tensor): Tensor => {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return x.sub(mean).div(variance.add(epsilon).sqrt()).mul(scale).add(offset);
};

describe('batch normalization', () => {
  it('in training has the values and gradients of a reference in plain operations', () => {
    assertSame((...args) => batchNormTraining(...(args as Triple), epsilon).y, plainTraining, inputs());
  });

  it('in training returns the mean and the biased variance of the batch', () => {
    const [x, scale, offset] = inputs();
    const { mean, variance } = batchNormTraining(x, scale, offset, epsilon);
    const expected = tf.moments(x, [0, 1, 2]);
    assertClose(mean.dataSync(), expected.mean.dataSync(), 1e-6);
    assertClose(variance.dataSync(), expected.variance.dataSync(), 1e-6);
  });

  it('in training accepts a batch with one value per channel', () => {
    const { y, variance } = batchNormTraining(uniform([1, 1, 1, 6], 1), tf.ones([6]), tf.fill([6], 0.5), epsilon);
    assertClose(y.dataSync(), new Float32Array(6).fill(0.5), 1e-6);
    assertClose(variance.dataSync(), new Float32Array(6), 0);
  });

  it('in inference has the values and gradients of a reference in plain operations', () => {
    const mean = uniform([6], 4);
    const variance = uniform([6], 5, 0.5, 2);
    assertSame(
      (...args) => batchNormInference(...(args as Triple), mean, variance, epsilon),
      (x, scale, offset) => x.sub(mean).div(variance.add(epsilon).sqrt()).mul(scale).add(offset),
      inputs(),
    );
  });

  it('frees its tensors, with and without gradients', () => {
    const [x, scale, offset] = inputs();
    const forward = () => tf.tidy(() => batchNormTraining(x, scale, offset, epsilon).y.sum());
    assertNoLeak(() => forward().dispose());
    assertNoLeak(() => tf.dispose(tf.grad(() => forward())(x)));
  });
});

type Triple = [Tensor, Tensor, Tensor];
