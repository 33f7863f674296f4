import { DataType } from '../native/binding.js';
import { intsOf, textOf, typeAttribute, type GraphBuilder } from '../building/graph-builder.js';
import type { Ref } from '../building/graph-def.js';
import { elementCount } from '../program/shape.js';
import type { Rewrite } from '../tracing/tracer.js';

/**
 * Rewrites a 1x1 convolution with strides of 1, and its gradients, as matrix products: [pixels, in] x [in, out]. On a CPU,
 * oneDNN's matrix product is faster than its convolution: for EfficientNet-B0 at 96 px, batch 16, it takes 0.92 of the time
 * forward, 0.93 for the gradient of the input and 0.75 for that of the filter (medians, one thread).
 */
export const rewritePointwiseConvolution: Rewrite = (traced, builder) => {
  const { op, inputs, attributes, outputs } = traced;
  const product = PRODUCTS[op];
  const result = outputs[0]!;
  if (product === undefined || result.dtype !== DataType.float32) return undefined;
  const isPlain =
    textOf(attributes['data_format']) === 'NHWC' &&
    [...intsOf(attributes['strides']), ...intsOf(attributes['dilations'])].every((step) => step === 1) &&
    // A 1x1 filter needs no padding, so SAME and VALID are the same; explicit padding is not.
    ['SAME', 'VALID'].includes(textOf(attributes['padding']) ?? '');
  const filter = op === 'Conv2DBackpropFilter' ? result : builder.typeOf(inputs[1]!);
  if (!isPlain || filter.shape[0] !== 1 || filter.shape[1] !== 1) return undefined;
  return [reshape(builder, product(builder, inputs), result.shape)];
};

const PRODUCTS: Readonly<Record<string, (builder: GraphBuilder, inputs: readonly Ref[]) => Ref>> = {
  Conv2D: (builder, [input, filter]) => multiply(builder, toMatrix(builder, input!), toMatrix(builder, filter!)),
  Conv2DBackpropInput: (builder, [, filter, outputGradient]) =>
    multiply(builder, toMatrix(builder, outputGradient!), toMatrix(builder, filter!), { transposeB: true }),
  Conv2DBackpropFilter(builder, [input, , outputGradient]) {
    const [x, dy] = [toMatrix(builder, input!), toMatrix(builder, outputGradient!)];
    const [filtersIn, filtersOut] = [builder.typeOf(x).shape[1]!, builder.typeOf(dy).shape[1]!];
    if (filtersOut >= NARROW || filtersIn <= filtersOut) return multiply(builder, x, dy, { transposeA: true });
    return transpose(builder, multiply(builder, dy, x, { transposeA: true }));
  },
};

/** Filter gradients with fewer columns than this are computed transposed, which takes 0.7 to 0.9 of the time. */
const NARROW = 48;

function toMatrix(builder: GraphBuilder, ref: Ref): Ref {
  const { shape } = builder.typeOf(ref);
  const channels = shape.at(-1)!;
  return reshape(builder, ref, [elementCount(shape) / channels, channels]);
}

function multiply(
  builder: GraphBuilder,
  a: Ref,
  b: Ref,
  { transposeA = false, transposeB = false }: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Ref {
  const rows = builder.typeOf(a).shape[transposeA ? 1 : 0]!;
  const columns = builder.typeOf(b).shape[transposeB ? 0 : 1]!;
  return builder.op(
    'MatMul',
    [a, b],
    {
      T: typeAttribute(DataType.float32),
      transpose_a: { kind: 'bool', value: transposeA },
      transpose_b: { kind: 'bool', value: transposeB },
    },
    { dtype: DataType.float32, shape: [rows, columns] },
  );
}

function transpose(builder: GraphBuilder, matrix: Ref): Ref {
  const [rows, columns] = builder.typeOf(matrix).shape as [number, number];
  return builder.op(
    'Transpose',
    [matrix, builder.ints([1, 0])],
    { T: typeAttribute(DataType.float32), Tperm: typeAttribute(DataType.int32) },
    { dtype: DataType.float32, shape: [columns, rows] },
  );
}

function reshape(builder: GraphBuilder, ref: Ref, shape: readonly number[]): Ref {
  return builder.op(
    'Reshape',
    [ref, builder.ints(shape)],
    { T: typeAttribute(DataType.float32), Tshape: typeAttribute(DataType.int32) },
    { dtype: DataType.float32, shape },
  );
}
