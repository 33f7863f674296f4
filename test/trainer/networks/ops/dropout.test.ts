import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dropConnect, dropout } from '../../../../src/trainer/networks/ops/dropout.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';
import { assertClose, assertNoLeak, valuesAndGradients } from '../../tensors.js';

const noise = (a: number, b: number, stream: number) => ({ seed: tf.tensor1d([a, b], 'int32'), stream });
const drop = (a: number, b: number, stream: number, rate = 0.3) =>
  dropout(tf.ones([100, 100]), tf.scalar(rate), noise(a, b, stream))
    .dataSync<'float32'>()
    .slice();
const zeros = (values: Float32Array) => values.reduce((count, value) => count + Number(value === 0), 0);

describe('dropout', () => {
  it('drops the given share and scales the rest to keep the mean', () => {
    const values = drop(1, 2, 0);
    assert.ok(Math.abs(zeros(values) / values.length - 0.3) < 0.02);
    assert.deepEqual([...new Set(values)].sort(), [0, Math.fround(1 / Math.fround(0.7))]);
  });

  it('is equal for the same seed and stream, and differs for another seed or stream', () => {
    const values = drop(1, 2, 3);
    assert.deepEqual(drop(1, 2, 3), values);
    for (const other of [drop(1, 2, 4), drop(1, 3, 3), drop(2, 2, 3)]) {
      const agree = values.reduce((count, value, index) => count + Number(value === other[index]), 0);
      assert.ok(Math.abs(agree / values.length - (0.7 ** 2 + 0.3 ** 2)) < 0.03);
    }
  });

  it('changes nothing at rate 0', () => {
    assertClose(drop(1, 2, 0, 0), new Float32Array(10_000).fill(1), 0);
  });

  it('passes the gradient of the elements that it keeps', () => {
    const x = tf.ones([20, 20]);
    const [y, dx] = valuesAndGradients((x) => dropout(x, tf.scalar(0.5), noise(7, 7, 1)), [x]);
    const weights = Float32Array.from(y!, (_, index) => Math.sin(0.37 * index));
    assertClose(
      dx!,
      y!.map((value, index) => value * weights[index]!),
      1e-4,
    );
  });

  it('frees its tensors', () => {
    const [x, rate, source] = [tf.ones([4, 4]), tf.scalar(0.5), noise(1, 2, 3)] as const;
    assertNoLeak(() => tf.dispose(tf.grad((x: Tensor) => dropout(x, rate, source).sum())(x)));
  });
});

describe('drop-connect', () => {
  it('drops or keeps whole samples', () => {
    const y = dropConnect(tf.ones([200, 2, 3, 4]), tf.scalar(0.25), noise(5, 6, 7));
    const samples = y.reshape([200, 24]).arraySync() as number[][];
    const kept = samples.filter((sample) => sample[0] !== 0);
    assert.ok(samples.every((sample) => sample.every((value) => value === sample[0])));
    assert.ok(Math.abs(kept.length / 200 - 0.75) < 0.1);
    assertClose(kept[0]!, new Array<number>(24).fill(4 / 3), 1e-6);
  });
});
