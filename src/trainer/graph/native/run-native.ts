import { nativeBackend } from './backend.js';
import type { Binding, OpAttribute } from './binding.js';
import type { Tensor } from './tensorflow.js';

/** The value of an op's attribute, named by its kind. */
export type NativeAttribute =
  | { readonly type: 'float32' | 'int32' }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string };

/**
 * Runs a TensorFlow op by its name in TensorFlow's op list: for ops that TensorFlow.js lacks, or composes of slower ones. The
 * call goes through the addon's `executeOp`, so a trace records it. Not differentiable.
 *
 * @param outputs - how many tensors the op returns
 */
export function runNative(
  op: string,
  attributes: Readonly<Record<string, NativeAttribute>>,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const backend = nativeBackend();
  const encoded = Object.entries(attributes).map(([name, value]) => ({ name, ...encode(value, backend.binding) }));
  return backend.executeMultipleOutputs(op, encoded, inputs, outputs);
}

function encode(attribute: NativeAttribute, binding: Binding): Omit<OpAttribute, 'name'> {
  if ('float' in attribute) return { type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ('bool' in attribute) return { type: binding.TF_ATTR_BOOL, value: attribute.bool };
  if ('string' in attribute) return { type: binding.TF_ATTR_STRING, value: attribute.string };
  return { type: binding.TF_ATTR_TYPE, value: attribute.type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32 };
}
