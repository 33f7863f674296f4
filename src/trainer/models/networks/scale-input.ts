import { tf } from '../../tensorflow.js';
import type { InputScaling } from '../families/plan.js';
import { stateless, type Layer } from '../layer.js';

/** Pixels from 0 to 255, red first, as a set of weights expects them. */
export function scaleInput({ channels, scale, offset }: InputScaling): Layer {
  return stateless((pixels) => {
    const ordered = channels === 'bgr' ? pixels.reverse(3) : pixels;
    return ordered.mul(tf.tensor1d([...scale])).add(tf.tensor1d([...offset]));
  });
}
