/**
 * Whose arithmetic a model follows, where they differ: weights give their own results in the one that they were trained in.
 * `keras` is TensorFlow's, `timm` that of PyTorch image models' own training (not of its `tf_` models, which are TensorFlow's).
 */
export type Variant = 'keras' | 'timm';

/** What every backbone was published with. */
export interface Published {
  /** Edge in pixels of the images that it is meant for. */
  readonly resolution: number;
  /** Edge in pixels of the smallest image of which something is left at the end. */
  readonly minimumSize: number;
  /** Share of features dropped before the classifier. */
  readonly dropout: number;
  /** How often the last block is skipped in training (stochastic depth); 0 where it was published without. */
  readonly dropConnect: number;
}

/** What is done to pixels from 0 to 255 before the first layer: `channel * scale + offset`, channels in the order given. */
export interface InputScaling {
  readonly channels: 'rgb' | 'bgr';
  readonly scale: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/** The edges that a convolution of odd size adds: as few as needed and the odd one at the end, or as many on every side. */
export type Padding = 'same' | 'symmetric';

/** By mean and standard deviation of ImageNet's channels, for pixels in 0 to 1. */
export const IMAGENET_SCALING: InputScaling = standardize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

/** To -1 to 1. */
export const SIGNED_SCALING: InputScaling = { channels: 'rgb', scale: same(1 / 127.5), offset: same(-1) };

/** Caffe's: blue first, less the mean of each channel. */
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
