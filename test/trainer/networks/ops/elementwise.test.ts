import { describe, it } from 'node:test';
import { globalAveragePool } from '../../../../src/trainer/networks/ops/global-average-pool.js';
import { relu, relu6 } from '../../../../src/trainer/networks/ops/relu.js';
import { swish } from '../../../../src/trainer/networks/ops/swish.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertClose, assertNoLeak, assertSame, uniform, valuesAndGradients } from '../../tensors.js';

const gradientOf = (f: (x: Tensor) => Tensor, x: Tensor) => () => tf.dispose(tf.grad((x) => f(x).sum())(x));

describe('swish', () => {
  it('gives the values and gradients of x * sigmoid(x)', () => {
    assertSame(swish, (x: Tensor) => x.mul(tf.sigmoid(x)), [uniform([3, 4, 5], 1, -8, 8)]);
  });

  it('is finite for very large and very small values', () => {
    const [y, dx] = valuesAndGradients(swish, [tf.tensor1d([-200, 200])]);
    assertClose(y!, [0, 200], 1e-6);
    assertClose(dx!, [0, Math.sin(0.37)], 1e-6);
  });

  it('frees its tensors', () => assertNoLeak(gradientOf(swish, uniform([4, 4], 1))));
});

describe('ReLU and ReLU6', () => {
  it('have the values and gradients of max(x, 0) and min(max(x, 0), 6)', () => {
    const x = uniform([3, 4, 5], 1, -9, 9);
    assertSame(relu, (x: Tensor) => tf.maximum(x, 0), [x]);
    assertSame(relu6, (x: Tensor) => tf.minimum(tf.maximum(x, 0), 6), [x]);
  });

  it('pass no gradient at 0 and at 6', () => {
    assertClose(valuesAndGradients(relu, [tf.tensor1d([1, 0])])[1]!, [0, 0], 0);
    assertClose(valuesAndGradients(relu6, [tf.tensor1d([1, 0, 6])])[1]!, [0, 0, 0], 0);
  });

  it('free their tensors', () => {
    assertNoLeak(gradientOf(relu, uniform([4, 4], 1)));
    assertNoLeak(gradientOf(relu6, uniform([4, 4], 1)));
  });
});

describe('global average pooling', () => {
  it('gives the values and gradients of a mean over height and width', () => {
    assertSame(globalAveragePool, (x: Tensor) => tf.mean(x, [1, 2]), [uniform([2, 3, 4, 5], 1)]);
  });

  it('frees its tensors', () => assertNoLeak(gradientOf(globalAveragePool, uniform([2, 3, 4, 5], 1))));
});
