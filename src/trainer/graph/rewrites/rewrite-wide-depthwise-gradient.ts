import { DataType } from '../native/binding.js';
import { bytesOf, intsOf, textOf, typeAttribute, type GraphBuilder } from '../building/graph-builder.js';
import type { Ref, TensorType } from '../building/graph-def.js';
import type { Rewrite } from '../tracing/tracer.js';

/**
 * Splits the filter gradient of a depthwise convolution with 5 columns and SAME padding into one with 3 columns and one with 2.
 * oneDNN has a fast kernel for up to 3 columns; its generic kernel for more is two to five times slower. The columns of the
 * gradient are independent sums over shifted inputs, so the result is the same. The inputs are padded beforehand, because oneDNN
 * does not support explicit padding here, and TensorFlow's own kernel takes at least twice the time with strides of 1.
 */
export const rewriteWideDepthwiseGradient: Rewrite = (traced, builder) => {
  if (traced.op !== 'DepthwiseConv2dNativeBackpropFilter') return undefined;
  const [input, , outputGradient] = traced.inputs as [Ref, Ref, Ref];
  const gradient = traced.outputs[0]!;
  const strides = intsOf(traced.attributes['strides']);
  const isPlain =
    gradient.dtype === DataType.float32 &&
    gradient.shape[1] === COLUMNS &&
    textOf(traced.attributes['padding']) === 'SAME' &&
    textOf(traced.attributes['data_format']) === 'NHWC' &&
    intsOf(traced.attributes['dilations']).every((dilation) => dilation === 1);
  if (!isPlain) return undefined;

  const [, height, width] = builder.typeOf(input).shape as [number, number, number, number];
  const rows = samePadding(height, gradient.shape[0]!, strides[1]!);
  const columns = samePadding(width, COLUMNS, strides[2]!);
  const gradientOf = (first: number, count: number): Ref => {
    const start = first - columns.before;
    const end = start + (columns.outputs - 1) * strides[2]! + count;
    const part = pad(builder, sliceColumns(builder, input, Math.max(start, 0), Math.min(end, width)), [
      [0, 0],
      [rows.before, rows.after],
      [Math.max(-start, 0), Math.max(end - width, 0)],
      [0, 0],
    ]);
    const type = withColumns(gradient, count);
    return builder.op(
      traced.op,
      [part, builder.ints(type.shape), outputGradient],
      { ...traced.attributes, padding: { kind: 'string', value: 'VALID' } },
      type,
    );
  };
  const axis = builder.int(1);
  return [
    builder.op(
      'ConcatV2',
      [gradientOf(0, 3), gradientOf(3, 2), axis],
      { N: { kind: 'int', value: 2 }, T: typeAttribute(DataType.float32), Tidx: typeAttribute(DataType.int32) },
      gradient,
    ),
  ];
};

const COLUMNS = 5;

/** https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
function samePadding(
  length: number,
  filter: number,
  stride: number,
): { readonly outputs: number; readonly before: number; readonly after: number } {
  const outputs = Math.ceil(length / stride);
  const total = Math.max((outputs - 1) * stride + filter - length, 0);
  const before = Math.floor(total / 2);
  return { outputs, before, after: total - before };
}

function sliceColumns(builder: GraphBuilder, input: Ref, start: number, end: number): Ref {
  const type = builder.typeOf(input);
  if (start === 0 && end === type.shape[2]) return input;
  const [batch, height, , channels] = type.shape as [number, number, number, number];
  const shape = [batch, height, end - start, channels];
  return builder.op(
    'Slice',
    [input, builder.ints([0, 0, start, 0]), builder.ints(shape)],
    { T: typeAttribute(type.dtype), Index: typeAttribute(DataType.int32) },
    { dtype: type.dtype, shape },
  );
}

function pad(builder: GraphBuilder, ref: Ref, paddings: readonly (readonly [number, number])[]): Ref {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return ref;
  const { dtype, shape } = builder.typeOf(ref);
  const values = builder.constant(
    { dtype: DataType.int32, shape: [paddings.length, 2] },
    bytesOf(Int32Array.from(paddings.flat())),
  );
  return builder.op(
    'Pad',
    [ref, values],
    { T: typeAttribute(dtype), Tpaddings: typeAttribute(DataType.int32) },
    { dtype, shape: shape.map((length, axis) => length + paddings[axis]![0] + paddings[axis]![1]) },
  );
}

function withColumns({ dtype, shape }: TensorType, columns: number): TensorType {
  return { dtype, shape: shape.map((length, axis) => (axis === 1 ? columns : length)) };
}
