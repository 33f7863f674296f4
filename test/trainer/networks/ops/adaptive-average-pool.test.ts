import { describe, it } from 'node:test';
import { adaptiveAveragePool } from '../../../../src/trainer/networks/ops/adaptive-average-pool.js';
import { tf } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertClose, assertNoLeak, uniform } from '../../tensors.js';

describe('adaptive average pooling', () => {
  it('uses the windows of PyTorch: overlapping, repeated, and of one pixel', () => {
    const pool = (length: number, size: number) => {
      const x = tf.range(0, length).reshape([1, length, 1, 1]).tile([1, 1, length, 1]);
      return adaptiveAveragePool(x, size).slice([0, 0, 0, 0], [1, size, 1, 1]).dataSync();
    };
    // torch.nn.AdaptiveAvgPool1d of 0, 1, 2, ...
    assertClose(pool(7, 3), [1, 3, 5], 1e-6);
    assertClose(pool(2, 6), [0, 0, 0, 1, 1, 1], 1e-6);
    assertClose(pool(4, 6), [0, 0.5, 1, 2, 2.5, 3], 1e-6);
    assertClose(pool(1, 3), [0, 0, 0], 1e-6);
    assertClose(pool(3, 3), [0, 1, 2], 1e-6);
  });

  it('frees its tensors, with gradients', () => {
    const x = uniform([2, 5, 5, 3], 1);
    assertNoLeak(() => tf.dispose(tf.grad((x) => adaptiveAveragePool(x, 3).sum())(x)));
  });
});
