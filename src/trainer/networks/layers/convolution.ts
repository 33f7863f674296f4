import { tf, type Tensor4D } from '../../graph/native/tensorflow.js';
import { convolutionKernel, zeros } from './initializers.js';
import { newWeight, type Layer, type WeightSpec } from './layer.js';

export interface ConvolutionShape {
  readonly kernelSize: number;
  readonly strides: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /**
   * Rows and columns of zeros on every side. `same` is TensorFlow's rule: the fewest zeros for ceil(height / strides) rows,
   * an odd one at the end.
   */
  readonly padding: number | 'same';
  /** Default: false. */
  readonly bias?: boolean;
  /** Default: `convolutionKernel`. */
  readonly initialize?: WeightSpec['initialize'];
}

/**
 * Convolution, [batch, height, width, in] to [batch, height / strides, width / strides, out]. `same` also equals the padding
 * that Keras adds itself before strides of 2 (`correct_pad`), for odd and even sizes.
 */
export function convolution(name: string, shape: ConvolutionShape): Layer {
  const { kernelSize, strides, filtersIn, filtersOut, padding, initialize = convolutionKernel } = shape;
  const kernel = newWeight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, filtersOut], initialize);
  const bias = shape.bias === true ? newWeight(`${name}/bias`, [filtersOut], zeros) : undefined;
  return {
    weights: bias === undefined ? [kernel] : [kernel, bias],
    apply(x, pass) {
      const [padded, mode] = pad(x as Tensor4D, kernelSize, strides, padding);
      const y = tf.conv2d(padded, pass.value(kernel) as Tensor4D, strides, mode);
      return bias === undefined ? y : y.add(pass.value(bias));
    },
  };
}

/** Depthwise convolution: one filter per channel, otherwise like `convolution`. */
export function depthwiseConvolution(
  name: string,
  shape: Pick<ConvolutionShape, 'kernelSize' | 'strides' | 'filtersIn' | 'padding'>,
): Layer {
  const { kernelSize, strides, filtersIn, padding } = shape;
  const kernel = newWeight(`${name}/kernel`, [kernelSize, kernelSize, filtersIn, 1], convolutionKernel);
  return {
    weights: [kernel],
    apply(x, pass) {
      const [padded, mode] = pad(x as Tensor4D, kernelSize, strides, padding);
      return tf.depthwiseConv2d(padded, pass.value(kernel) as Tensor4D, strides, mode);
    },
  };
}

/**
 * Adds `edge` rows and columns of zeros on every side: [batch, height, width, channels], height and width grow by 2 *
 * `edge`.
 */
export function zeroPad(x: Tensor4D, edge: number): Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [edge, edge],
    [edge, edge],
    [0, 0],
  ]);
}

/** Adds the zeros that TensorFlow's convolution does not add itself. */
function pad(
  x: Tensor4D,
  kernelSize: number,
  strides: number,
  padding: number | 'same',
): [x: Tensor4D, mode: 'same' | 'valid'] {
  const isSame = padding === 'same' || (strides === 1 && 2 * padding + 1 === kernelSize);
  if (isSame) return [x, 'same'];
  return [padding === 0 ? x : zeroPad(x, padding), 'valid'];
}
