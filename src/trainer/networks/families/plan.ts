/**
 * The library whose arithmetic a model follows (padding, epsilon, scaling of pixels). Pretrained weights need the one that
 * they were trained in. `keras` is TensorFlow's, also used by timm's converted `tf_` models; `timm` is that of models that
 * timm trained.
 */
export type Variant = 'keras' | 'timm';

/** Settings that a backbone was published with. */
export interface Published {
  /** Height and width of the images that it was trained on, in pixels. */
  readonly resolution: number;
  /** Smallest height and width whose features are not empty, in pixels. */
  readonly minimumSize: number;
  /** Share of features dropped before the classifier. */
  readonly dropout: number;
  /** Probability that training skips the last block (stochastic depth); 0 for a backbone published without it. */
  readonly dropConnect: number;
}

/** Scaling of pixels before the first layer: `pixel * scale + offset` per channel, for pixels from 0 to 255. */
export interface InputScaling {
  /** Order of the channels that the network expects. `scale` and `offset` are in this order. */
  readonly channels: 'rgb' | 'bgr';
  readonly scale: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/** Padding of convolutions: TensorFlow's `same` (the fewest zeros, an odd one at the end), or equally many on every side. */
export type Padding = 'same' | 'symmetric';

/** `(pixel / 255 - mean) / deviation` with ImageNet's mean and standard deviation of each channel. */
export const IMAGENET_SCALING: InputScaling = standardize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

/** Maps 0 to 255 to -1 to 1. */
export const SIGNED_SCALING: InputScaling = { channels: 'rgb', scale: same(1 / 127.5), offset: same(-1) };

/** Caffe's scaling: blue channel first, minus the mean of each channel. */
export const CAFFE_SCALING: InputScaling = { channels: 'bgr', scale: same(1), offset: [-103.939, -116.779, -123.68] };

/** The same scale and offset for every channel. */
export function scaling(scale: number, offset: number): InputScaling {
  return { channels: 'rgb', scale: same(scale), offset: same(offset) };
}

function standardize(mean: Three, deviation: Three): InputScaling {
  const scale = (channel: 0 | 1 | 2) => 1 / (255 * deviation[channel]);
  const offset = (channel: 0 | 1 | 2) => -mean[channel] / deviation[channel];
  return { channels: 'rgb', scale: [scale(0), scale(1), scale(2)], offset: [offset(0), offset(1), offset(2)] };
}

function same(value: number): Three {
  return [value, value, value];
}

type Three = readonly [number, number, number];
