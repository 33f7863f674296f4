import { tf, type Tensor } from '../../graph/native/tensorflow.js';
import { runNative } from '../../graph/native/run-native.js';

/** Source of random numbers. The same seed and stream give the same numbers, in eager and in compiled steps. */
export interface NoiseSource {
  /** int32 [2], a new pair in every step. */
  readonly seed: Tensor;
  /** A number that no other layer of the model uses. */
  readonly stream: number;
}

/**
 * Dropout (Srivastava et al., 2014), any shape: sets each element to 0 with probability `rate` (a scalar in [0, 1)) and
 * divides the others by 1 - rate.
 */
export function dropout(x: Tensor, rate: Tensor, noise: NoiseSource): Tensor {
  return x.mul(keepMask(x.shape, rate, noise));
}

/** Stochastic depth (arXiv 1603.09382): as dropout, but drops whole samples of `x`, [batch, height, width, channels]. */
export function dropConnect(x: Tensor, rate: Tensor, noise: NoiseSource): Tensor {
  return x.mul(keepMask([x.shape[0], 1, 1, 1], rate, noise));
}

function keepMask(shape: readonly number[], rate: Tensor, { seed, stream }: NoiseSource): Tensor {
  return tf.tidy(() => {
    const [uniform] = runNative(
      'StatelessRandomUniform',
      { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
      [tf.tensor1d([...shape], 'int32'), seed.add(tf.tensor1d([0, stream], 'int32'))],
      1,
    );
    return uniform!.greaterEqual(rate).cast('float32').div(tf.sub(1, rate));
  });
}
