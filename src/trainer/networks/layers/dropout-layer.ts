import { dropout } from '../ops/dropout.js';
import type { Layer } from './layer.js';

/** Streams of random numbers (`NoiseSource.stream`): 0 for the classifier, then one for each block. */
export const CLASSIFIER_STREAM = 0;
export const blockStream = (index: number): number => 1 + index;

/** Dropout with the rate `TrainingInputs.dropout`. Does nothing in inference. */
export function dropoutLayer(stream: number): Layer {
  return {
    weights: [],
    apply: (x, { training }) =>
      training === undefined ? x : dropout(x, training.dropout, { seed: training.seed, stream }),
  };
}
