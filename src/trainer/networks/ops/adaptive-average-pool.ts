import { tf, type Tensor } from '../../graph/native/tensorflow.js';

/**
 * PyTorch's `AdaptiveAvgPool2d`: [batch, height, width, channels] of any height and width to [batch, size, size, channels].
 * Output i is the mean from floor(i * length / size) to ceil((i + 1) * length / size), exclusive; windows may overlap.
 */
export function adaptiveAveragePool(x: Tensor, size: number): Tensor {
  return poolAxis(poolAxis(x, 1, size), 2, size);
}

function poolAxis(x: Tensor, axis: 1 | 2, size: number): Tensor {
  const length = x.shape[axis]!;
  if (length === size) return x;
  const windows = Array.from({ length: size }, (_, index) => {
    const start = Math.floor((index * length) / size);
    const end = Math.ceil(((index + 1) * length) / size);
    const begin = x.shape.map((_, dimension) => (dimension === axis ? start : 0));
    const extent = x.shape.map((whole, dimension) => (dimension === axis ? end - start : whole));
    return x.slice(begin, extent).mean(axis, true);
  });
  return tf.concat(windows, axis);
}
