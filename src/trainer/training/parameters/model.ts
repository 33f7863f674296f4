import { InputError } from '../../../core/errors.js';
import { BACKBONES, planBackbone, UNFREEZE_PATTERN, type Backbone, type Unfreeze } from '../../networks/backbones.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

/** The model that is trained. */
export interface ModelSettings {
  readonly backbone: Backbone;
  /** `none`, `imagenet`, or a path as written in the sweep file. */
  readonly weights: string;
  readonly unfreeze: Unfreeze;
  /** Width and height of an image in pixels. */
  readonly imageSize: number;
  readonly dropout: number;
  readonly dropConnect: number;
}

export const modelParameters: ParameterGroup = {
  backbone: {
    description:
      'Network to train: EfficientNet from b0 (5 million weights) to b7 (66 million), EfficientNet-Lite, EfficientNetV2, ResNet, ' +
      'MobileNetV2 or AlexNet.',
    type: 'string',
    enum: BACKBONES,
    default: 'b0',
  },
  weights: {
    description:
      'Initial weights: none (random), imagenet (published weights; `sweep weights fetch` downloads them), or the path of a ' +
      "Keras, PyTorch (safetensors) or TensorFlow.js file, relative to the sweep file's folder.",
    type: 'string',
    default: 'none',
  },
  unfreeze: {
    description:
      'Part of the network that is trained: all, head (only the classifier), or last-N-blocks (the classifier and the last N ' +
      'blocks, e.g. last-3-blocks). The rest is frozen, including its batch norm statistics.',
    type: 'string',
    pattern: UNFREEZE_PATTERN,
    default: 'all',
  },
  image_size: {
    description:
      "Width and height in pixels that images are resized to. Default: the backbone's own, 224 (b0) to 600 (b7). AlexNet needs at least 63.",
    type: 'integer',
    minimum: 32,
  },
  dropout: {
    description: "Dropout rate before the classifier. Default: the backbone's own, 0 (ResNet) to 0.5 (b7).",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  drop_connect: {
    description:
      'Stochastic depth: probability of skipping the last block; it grows linearly from 0 at the first block. Default: ' +
      "the backbone's own, 0.2 for every EfficientNet, otherwise 0. No effect on AlexNet.",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
};

/** @throws InputError PARAMETER_INVALID, IMAGE_TOO_SMALL */
export function readModelSettings(read: ParameterReader): ModelSettings {
  const backbone = read.string('backbone') as Backbone;
  const published = planBackbone(backbone);
  const imageSize = read.optionalNumber('image_size') ?? published.resolution;
  requireSize(backbone, imageSize, published.minimumSize);
  return {
    backbone,
    weights: read.string('weights'),
    unfreeze: read.string('unfreeze') as Unfreeze,
    imageSize,
    dropout: read.optionalNumber('dropout') ?? published.dropout,
    dropConnect: read.optionalNumber('drop_connect') ?? published.dropConnect,
  };
}

function requireSize(backbone: Backbone, imageSize: number, minimum: number): void {
  if (imageSize >= minimum) return;
  throw new InputError('IMAGE_TOO_SMALL', `image_size ${imageSize} is too small for ${backbone}`, {
    hint: `Set image_size to ${minimum} or more, or exclude ${backbone} with smaller sizes.`,
  });
}
