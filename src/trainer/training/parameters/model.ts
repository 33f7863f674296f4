import { InputError } from '../../../core/errors.js';
import { BACKBONES, planBackbone, type Backbone } from '../../networks/backbones.js';
import { UNFREEZE_PATTERN, type Unfreeze } from '../../networks/unfreeze.js';
import type { ParameterGroup, ParameterReader } from './reader.js';

/** What is trained. */
export interface ModelSettings {
  readonly backbone: Backbone;
  /** `none`, `imagenet`, or a path as it is written. */
  readonly weights: string;
  readonly unfreeze: Unfreeze;
  /** Edge of an image in pixels. */
  readonly imageSize: number;
  readonly dropout: number;
  readonly dropConnect: number;
}

export const modelParameters: ParameterGroup = {
  backbone: {
    description:
      'Network to train: EfficientNet b0 (5 million weights) to b7 (66 million), EfficientNet-Lite, EfficientNetV2, ResNet, ' +
      'MobileNetV2 or AlexNet.',
    type: 'string',
    enum: BACKBONES,
    default: 'b0',
  },
  weights: {
    description:
      'What training starts from: none (random weights), imagenet (as published; `sweep weights fetch` brings them), or the ' +
      "path of a file of Keras, PyTorch (safetensors) or TensorFlow.js, from the sweep file's folder.",
    type: 'string',
    default: 'none',
  },
  unfreeze: {
    description:
      'What is trained: all of it, the head (the classifier alone), or last-N-blocks (the classifier and the last N blocks ' +
      'before it, e.g. last-3-blocks). The rest keeps its weights and its batch norm statistics.',
    type: 'string',
    pattern: UNFREEZE_PATTERN,
    default: 'all',
  },
  image_size: {
    description:
      "Edge in pixels to which images are resized. Default: the backbone's own, 224 (b0) to 600 (b7). AlexNet needs 63.",
    type: 'integer',
    minimum: 32,
  },
  dropout: {
    description:
      "Share of features dropped before the classifier. Default: the backbone's own, 0 (ResNet) to 0.5 (b7).",
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
  },
  drop_connect: {
    description:
      'Stochastic depth: how often the last block is skipped; earlier ones less, in proportion to their depth. Default: ' +
      "the backbone's own, 0.2 for every EfficientNet, else 0. AlexNet has no blocks that could be skipped.",
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
  throw new InputError(
    'IMAGE_TOO_SMALL',
    `image_size is ${imageSize}, and of so small an image ${backbone} leaves nothing`,
    {
      hint: `Set image_size to ${minimum} or more, or exclude ${backbone} where it is less.`,
    },
  );
}
