import { tf } from '../../graph/native/tensorflow.js';
import type { InputScaling } from '../families/plan.js';
import { stateless, type Layer } from './layer.js';

/**
 * Pixels from 0 to 255, red first, as a set of weights expects them. A row of an image is scaled at once: TensorFlow takes six
 * times as long to repeat three numbers along the last axis of an image.
 */
export function scaleInput({ channels, scale, offset }: InputScaling): Layer {
  return stateless((pixels) => {
    const ordered = channels === 'bgr' ? pixels.reverse(3) : pixels;
    const [batch, height, width] = pixels.shape as [number, number, number, number];
    const repeated = (numbers: readonly number[]) => tf.tile(tf.tensor1d([...numbers]), [width]);
    const rows = ordered.reshape([batch, height, width * CHANNELS]);
    return rows.mul(repeated(scale)).add(repeated(offset)).reshape(pixels.shape);
  });
}

const CHANNELS = 3;
