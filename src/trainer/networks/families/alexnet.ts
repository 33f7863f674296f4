import { IMAGENET_SCALING, type InputScaling, type Published } from './plan.js';

export const ALEXNETS = ['alexnet'] as const;

export interface AlexNetPlan extends Published {
  readonly kind: 'alexnet';
  readonly scaling: InputScaling;
  readonly convolutions: readonly AlexNetConvolution[];
  /** Height and width of the features after adaptive average pooling. */
  readonly pooledSize: number;
  /** Units of each fully connected layer before the classifier. */
  readonly units: readonly number[];
}

export interface AlexNetConvolution {
  readonly kernelSize: number;
  readonly strides: number;
  /** Rows and columns of zeros that are added on every side. */
  readonly padding: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** Whether max pooling (window 3, stride 2) follows. */
  readonly pooled: boolean;
}

/** AlexNet as in torchvision: the network of "One weird trick" (arXiv 1404.5997), without local response normalization. */
export function planAlexNet(): AlexNetPlan {
  return {
    kind: 'alexnet',
    resolution: 224,
    minimumSize: 63,
    dropout: 0.5,
    dropConnect: 0,
    scaling: IMAGENET_SCALING,
    convolutions: [
      { kernelSize: 11, strides: 4, padding: 2, filtersIn: 3, filtersOut: 64, pooled: true },
      { kernelSize: 5, strides: 1, padding: 2, filtersIn: 64, filtersOut: 192, pooled: true },
      { kernelSize: 3, strides: 1, padding: 1, filtersIn: 192, filtersOut: 384, pooled: false },
      { kernelSize: 3, strides: 1, padding: 1, filtersIn: 384, filtersOut: 256, pooled: false },
      { kernelSize: 3, strides: 1, padding: 1, filtersIn: 256, filtersOut: 256, pooled: true },
    ],
    pooledSize: 6,
    units: [4096, 4096],
  };
}
