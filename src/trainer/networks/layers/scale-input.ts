import { tf } from '../../graph/native/tensorflow.js';
import type { InputScaling } from '../families/plan.js';
import { stateless, type Layer } from './layer.js';

/**
 * Scales pixels from 0 to 255 in RGB order, [batch, height, width, 3], as the weights expect them. Works on whole rows,
 * [width * 3]: TensorFlow is six times slower if it broadcasts three numbers along the last axis.
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
