import { tf, type Tensor4D } from '../../graph/native/tensorflow.js';

/** As many pixels of zeros on every side of an image: [batch, height, width, channels] grows by 2 * `edge` each way. */
export function zeroPad(x: Tensor4D, edge: number): Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [edge, edge],
    [edge, edge],
    [0, 0],
  ]);
}
