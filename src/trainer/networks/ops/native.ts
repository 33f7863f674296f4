import { tf, type Tensor } from '../../graph/tensorflow.js';

/** An attribute of a TensorFlow op, by the kind of its value. */
export type Attribute =
  | { readonly type: 'float32' | 'int32' }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string };

/**
 * Runs a TensorFlow op by its name in TensorFlow's own op list, for what TensorFlow.js composes of slower parts or lacks. It
 * passes through the same door as all of TensorFlow.js' kernels, so it is recorded where a step is traced. Not differentiable.
 */
export function runNative(
  op: string,
  attributes: Readonly<Record<string, Attribute>>,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const backend = tf.backend() as unknown as NativeBackend;
  const attrs = Object.entries(attributes).map(([name, value]) => ({ name, ...encode(value, backend.binding) }));
  return backend.executeMultipleOutputs(op, attrs, [...inputs], outputs);
}

function encode(attribute: Attribute, binding: NativeBackend['binding']) {
  if ('float' in attribute) return { type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ('bool' in attribute) return { type: binding.TF_ATTR_BOOL, value: attribute.bool };
  if ('string' in attribute) return { type: binding.TF_ATTR_STRING, value: attribute.string };
  return { type: binding.TF_ATTR_TYPE, value: attribute.type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32 };
}

/** The part of TensorFlow.js' native backend that is used here. */
interface NativeBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_FLOAT' | 'TF_INT32', number>
  >;
  executeMultipleOutputs(
    op: string,
    attributes: { name: string; type: number; value: number | boolean | string }[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}
