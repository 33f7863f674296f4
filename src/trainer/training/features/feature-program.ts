import type { Model } from '../../networks/model.js';
import type { Optimizer, Program } from '../../graph/program/program.js';

export interface FeatureProgramOptions {
  readonly model: Model;
  readonly batchSize: number;
  /** Edge in pixels. */
  readonly imageSize: number;
}

/** To be raised whenever features of the same model and shapes are computed in another way: kept ones are known by it. */
const ARITHMETIC = 1;

/**
 * Everything below a model's classifier in inference mode: `images` (pixels from 0 to 255) to `features`, [batch, width]. Trains
 * nothing: that it is a program lets it run as one graph, checked and kept like that of a training step.
 */
export function featureProgram({ model, batchSize, imageSize }: FeatureProgramOptions): Program {
  return {
    signature: `features of ${model.signature} image=${imageSize} batch=${batchSize} v${ARITHMETIC}`,
    inputs: { images: { shape: [batchSize, imageSize, imageSize, 3], dtype: 'float32' } },
    weights: frozenWeights(model).map((weight) => ({ ...weight, trainable: false })),
    optimizer: NONE,
    train: (inputs) => ({
      outputs: { features: model.features(inputs['images']!) },
      gradients: new Map(),
      assignments: new Map(),
    }),
    evaluate: (inputs) => ({ features: model.features(inputs['images']!) }),
  };
}

/** All weights below the classifier. */
export const frozenWeights = ({ weights }: Pick<Model, 'weights'>): Model['weights'] =>
  weights.filter(({ depth }) => depth > 0);

/** Those of the classifier. */
export const headWeights = ({ weights }: Pick<Model, 'weights'>): Model['weights'] =>
  weights.filter(({ depth }) => depth === 0);

const NONE: Optimizer = {
  signature: 'none',
  slots: [],
  scalars: [],
  inputs: () => ({}),
  update: ({ value }) => ({ value, slots: {} }),
  advance: () => ({}),
};
