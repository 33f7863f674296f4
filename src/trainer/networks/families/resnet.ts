import { CAFFE_SCALING, IMAGENET_SCALING, type InputScaling, type Published, type Variant } from './plan.js';

export const RESNETS = ['resnet18', 'resnet34', 'resnet50', 'resnet101'] as const;
export type ResNet = (typeof RESNETS)[number];

/** Number of blocks of each of the four stages: table 1 of arXiv 1512.03385. */
const REPEATS: Readonly<Record<ResNet, readonly [number, number, number, number]>> = {
  resnet18: [2, 2, 2, 2],
  resnet34: [3, 4, 6, 3],
  resnet50: [3, 4, 6, 3],
  resnet101: [3, 4, 23, 3],
};

const FILTERS = [64, 128, 256, 512] as const;

export interface ResNetPlan extends Published {
  readonly kind: 'resnet';
  readonly scaling: InputScaling;
  /** Epsilon of batch norm. */
  readonly epsilon: number;
  /** Whether convolutions have a bias. Keras has one, although the following batch norm cancels it. */
  readonly bias: boolean;
  readonly stem: { readonly convolution: string; readonly normalization: string; readonly filters: number };
  readonly blocks: readonly ResNetBlock[];
}

export interface ResNetBlock {
  /** Position among the blocks of all stages, from 0. */
  readonly index: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** The convolutions, each followed by a batch norm. */
  readonly path: readonly ResNetConvolution[];
  /** The convolution on the shortcut; `undefined` if the block keeps size and channels. */
  readonly shortcut: ResNetConvolution | undefined;
}

export interface ResNetConvolution {
  readonly convolution: string;
  readonly normalization: string;
  readonly kernelSize: 1 | 3;
  readonly strides: 1 | 2;
  readonly filtersOut: number;
}

/**
 * ResNet. 18 and 34 follow timm in both variants, because Keras does not have them. 50 and 101 have the names of Keras
 * applications; their variant `timm` follows timm's `resnet50`: no biases, and the strides of a block are in its 3x3
 * convolution in place of its first one.
 */
export function planResNet(backbone: ResNet, variant: Variant): ResNetPlan {
  const isBasic = backbone === 'resnet18' || backbone === 'resnet34';
  const isKeras = variant === 'keras' && !isBasic;
  const blocks: ResNetBlock[] = [];
  let filtersIn = 64;
  for (const [stage, repeats] of REPEATS[backbone].entries()) {
    for (let place = 0; place < repeats; place++) {
      const shape: BlockShape = {
        stage,
        place,
        index: blocks.length,
        filtersIn,
        filters: FILTERS[stage]!,
        strides: stage > 0 && place === 0 ? 2 : 1,
      };
      const block = isBasic ? basicBlock(shape) : bottleneck(shape, isKeras ? 'first' : 'middle');
      blocks.push(block);
      filtersIn = block.filtersOut;
    }
  }
  return {
    kind: 'resnet',
    resolution: 224,
    minimumSize: 32,
    dropout: 0,
    dropConnect: 0,
    scaling: isKeras ? CAFFE_SCALING : IMAGENET_SCALING,
    epsilon: isKeras ? 1.001e-5 : 1e-5,
    bias: isKeras,
    stem: {
      convolution: isBasic ? 'conv1' : 'conv1_conv',
      normalization: isBasic ? 'bn1' : 'conv1_bn',
      filters: 64,
    },
    blocks,
  };
}

interface BlockShape {
  readonly stage: number;
  readonly place: number;
  readonly index: number;
  readonly filtersIn: number;
  readonly filters: number;
  readonly strides: 1 | 2;
}

/** Two 3x3 convolutions, named as in timm: `layer2_0_conv1`. */
function basicBlock({ stage, place, index, filtersIn, filters, strides }: BlockShape): ResNetBlock {
  const name = `layer${stage + 1}_${place}_`;
  const part = (convolution: string, normalization: string, kernelSize: 1 | 3, strides: 1 | 2): ResNetConvolution => ({
    convolution: name + convolution,
    normalization: name + normalization,
    kernelSize,
    strides,
    filtersOut: filters,
  });
  const changes = strides !== 1 || filtersIn !== filters;
  return {
    index,
    filtersIn,
    filtersOut: filters,
    path: [part('conv1', 'bn1', 3, strides), part('conv2', 'bn2', 3, 1)],
    shortcut: changes ? part('downsample_conv', 'downsample_bn', 1, strides) : undefined,
  };
}

/**
 * 1x1 reduction, 3x3, 1x1 expansion to four times the filters, named as in Keras: `conv3_block1_2_conv`; `_0_` is the
 * shortcut.
 */
function bottleneck(shape: BlockShape, stridesAt: 'first' | 'middle'): ResNetBlock {
  const { stage, place, index, filtersIn, filters, strides } = shape;
  const part = (number: number, kernelSize: 1 | 3, strides: 1 | 2, filtersOut: number): ResNetConvolution => ({
    convolution: `conv${stage + 2}_block${place + 1}_${number}_conv`,
    normalization: `conv${stage + 2}_block${place + 1}_${number}_bn`,
    kernelSize,
    strides,
    filtersOut,
  });
  const filtersOut = 4 * filters;
  return {
    index,
    filtersIn,
    filtersOut,
    path: [
      part(1, 1, stridesAt === 'first' ? strides : 1, filters),
      part(2, 3, stridesAt === 'middle' ? strides : 1, filters),
      part(3, 1, 1, filtersOut),
    ],
    shortcut: place === 0 ? part(0, 1, strides, filtersOut) : undefined,
  };
}
