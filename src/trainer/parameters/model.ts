import { EFFICIENTNETS, planEfficientNet, type EfficientNet } from '../models/efficientnet-plan.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

/** What is trained. */
export interface ModelSettings {
  readonly backbone: EfficientNet;
  /** Edge of an image in pixels. */
  readonly imageSize: number;
  readonly dropout: number;
  readonly dropConnect: number;
}

export const modelParameters: ParameterGroup = {
  backbone: {
    description: 'EfficientNet to train, from b0 (5 million weights) to b7 (66 million).',
    type: 'string',
    enum: EFFICIENTNETS,
    default: 'b0',
  },
  image_size: {
    description: "Edge in pixels to which images are resized. Default: the backbone's own, 224 (b0) to 600 (b7).",
    type: 'integer',
    minimum: 32,
  },
  dropout: {
    description: "Share of features dropped before the classifier. Default: the backbone's own, 0.2 (b0) to 0.5 (b7).",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  drop_connect: {
    description:
      'Stochastic depth: how often the last block is skipped; earlier ones less, in proportion to their depth.',
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.2,
  },
};

export function readModelSettings(read: ParameterReader): ModelSettings {
  const backbone = read.string('backbone') as EfficientNet;
  const published = planEfficientNet(backbone);
  return {
    backbone,
    imageSize: read.optionalNumber('image_size') ?? published.resolution,
    dropout: read.optionalNumber('dropout') ?? published.dropout,
    dropConnect: read.number('drop_connect'),
  };
}
