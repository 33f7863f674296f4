import assert from 'node:assert/strict';
import { tf, type Tensor } from '../../src/trainer/graph/native/tensorflow.js';

/** Values of a function and the gradients of its weighted sum, for each input; weights differ, so that no error cancels out. */
export function valuesAndGradients(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): Float32Array[] {
  return tf.tidy(() => {
    const y = f(...inputs);
    const weights = tf.range(0, y.size).mul(0.37).sin().reshape(y.shape);
    const gradients = tf.grads((...xs: Tensor[]) =>
      f(...xs)
        .mul(weights)
        .sum(),
    )(inputs);
    return [y, ...gradients].map((tensor) => tensor.dataSync<'float32'>().slice());
  });
}

/** Numbers as a seeded tensor in [low, high). */
export function uniform(shape: number[], seed: number, low = -2, high = 2): Tensor {
  return tf.randomUniform(shape, low, high, 'float32', seed);
}

export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    const allowed = tolerance * Math.max(1, Math.abs(expected[index]!));
    assert.ok(difference <= allowed, `[${index}] is ${actual[index]}, not ${expected[index]} (within ${tolerance})`);
  }
}

export function assertSame(f: (...xs: Tensor[]) => Tensor, plain: (...xs: Tensor[]) => Tensor, inputs: Tensor[]): void {
  const expected = valuesAndGradients(plain, inputs);
  for (const [index, actual] of valuesAndGradients(f, inputs).entries()) assertClose(actual, expected[index]!, 2e-5);
}

/** Fails if running `f` once more leaves a tensor behind, here or in TensorFlow. */
export function assertNoLeak(f: () => void): void {
  f();
  const before = countTensors();
  for (let round = 0; round < 3; round++) f();
  assert.deepEqual(countTensors(), before);
}

/** Numbers of tensors that TensorFlow.js and TensorFlow hold. */
export const countTensors = () => {
  const backend = tf.backend() as unknown as { getNumOfTFTensors(): number };
  return { tensors: tf.memory().numTensors, native: backend.getNumOfTFTensors() };
};
