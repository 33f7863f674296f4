import { dropout } from '../ops/dropout.js';
import type { Layer } from './layer.js';

/** Streams of random numbers: the classifier has one, each block the one of its index after it. */
export const CLASSIFIER_STREAM = 0;
export const blockStream = (index: number): number => 1 + index;

/** Drops the share of features that a step is fed; does nothing in inference. */
export function dropoutLayer(stream: number): Layer {
  return {
    weights: [],
    apply: (x, { training }) =>
      training === undefined ? x : dropout(x, training.dropout, { seed: training.seed, stream }),
  };
}
