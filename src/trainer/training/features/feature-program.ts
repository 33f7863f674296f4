import type { Model } from '../../networks/model.js';
import type { Optimizer, Program } from '../../graph/program/program.js';

export interface FeatureProgramOptions {
  readonly model: Model;
  readonly batchSize: number;
  /** Width and height in pixels. */
  readonly imageSize: number;
}

/**
 * Raise this when the computation of features changes for the same model and shapes: it is part of the key of cached features.
 */
const ARITHMETIC = 1;

/**
 * The backbone of a model in inference mode. Input: `images`, [batch, size, size, 3], pixels from 0 to 255. Output: `features`,
 * [batch, width]. Trains nothing; as a `Program` it can be compiled, checked and cached like a training step.
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

/** The weights of the backbone: all except those of the classifier. */
export const frozenWeights = ({ weights }: Pick<Model, 'weights'>): Model['weights'] =>
  weights.filter(({ depth }) => depth > 0);

/** The weights of the classifier. */
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
