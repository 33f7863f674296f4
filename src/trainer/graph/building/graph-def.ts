import { unreachable } from '../../../core/errors.js';
import { DataType } from '../native/binding.js';
import { bytesField, floatField, intField, messageField, packedInts } from './protobuf.js';

/** A reference to one output of a node. */
export interface Ref {
  readonly node: string;
  readonly index: number;
}

export interface TensorType {
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Ref[];
  /** Names of nodes that have to run before this one (control dependencies). */
  readonly after: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly TensorType[];
}

export type Attribute =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'bools'; readonly value: readonly boolean[] }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: ConstantTensor };

/** Little-endian values. If `uniform`, all elements are equal and `bytes` holds one of them. */
export interface ConstantTensor {
  readonly type: TensorType;
  readonly bytes: Uint8Array;
  readonly uniform: boolean;
}

/** A named input or output of a signature. A dimension of -1 can have any length. */
export interface SignatureTensor extends TensorType {
  readonly ref: Ref;
}

/** The inputs and outputs of a SavedModel, by name. */
export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

/**
 * Encodes a SavedModel with one graph under the tag `serve`, for `loadSavedModel`. `signature` becomes `serving_default`. Field
 * numbers come from tensorflow/core/protobuf/{saved_model,meta_graph}.proto and
 * tensorflow/core/framework/{graph,node_def,attr_value,tensor}.proto.
 */
export function encodeSavedModel(nodes: readonly GraphNode[], signature?: Signature): Uint8Array {
  const versions = messageField(4, intField(1, GRAPH_DEF_PRODUCER));
  const graph = messageField(2, ...nodes.map((node) => messageField(1, encodeNode(node))), versions);
  const metaInfo = messageField(1, bytesField(4, SAVED_MODEL_TAG));
  const signatures = signature ? [encodeSignature(signature)] : [];
  return Buffer.concat([intField(1, 1), messageField(2, metaInfo, graph, ...signatures)]);
}

function encodeSignature({ inputs, outputs }: Signature): Uint8Array {
  const tensors = (field: number, named: Signature['inputs']): Uint8Array[] =>
    Object.entries(named).map(([name, { ref, dtype, shape }]) =>
      messageField(
        field,
        bytesField(1, name),
        messageField(2, bytesField(1, refName(ref)), intField(2, dtype), messageField(3, encodeShape(shape))),
      ),
    );
  const method = bytesField(3, 'tensorflow/serving/predict');
  return messageField(
    5,
    bytesField(1, 'serving_default'),
    messageField(2, ...tensors(1, inputs), ...tensors(2, outputs), method),
  );
}

export const SAVED_MODEL_TAG = 'serve';

/** Name of an output, `node:index`, as the addon and GraphDef write it. */
export function refName({ node, index }: Ref): string {
  return `${node}:${index}`;
}

/** GraphDef version that the graph conforms to. TensorFlow also reads versions older than its own. */
export const GRAPH_DEF_PRODUCER = 1395;

function encodeNode({ name, op, inputs, after, attributes }: GraphNode): Uint8Array {
  return Buffer.concat([
    bytesField(1, name),
    bytesField(2, op),
    ...inputs.map((ref) => bytesField(3, ref.index === 0 ? ref.node : refName(ref))),
    ...after.map((node) => bytesField(3, `^${node}`)),
    ...Object.entries(attributes).map(([key, value]) =>
      messageField(5, bytesField(1, key), messageField(2, encodeAttribute(value))),
    ),
  ]);
}

function encodeAttribute(attribute: Attribute): Uint8Array {
  switch (attribute.kind) {
    case 'string':
      return bytesField(2, attribute.value);
    case 'int':
      return intField(3, attribute.value);
    case 'ints':
      return messageField(1, bytesField(3, packedInts(attribute.value)));
    case 'float':
      return floatField(4, attribute.value);
    case 'floats':
      return messageField(1, bytesField(4, new Uint8Array(Float32Array.from(attribute.value).buffer)));
    case 'bool':
      return intField(5, attribute.value ? 1 : 0);
    case 'bools':
      return messageField(1, bytesField(5, packedInts(attribute.value.map(Number))));
    case 'type':
      return intField(6, attribute.value);
    case 'shape':
      return messageField(7, encodeShape(attribute.value));
    case 'tensor':
      return messageField(8, encodeTensor(attribute.value));
    default:
      return unreachable(attribute);
  }
}

function encodeTensor({ type, bytes, uniform }: ConstantTensor): Uint8Array {
  const values = uniform ? encodeSingleValue(type.dtype, bytes) : bytesField(4, bytes);
  return Buffer.concat([intField(1, type.dtype), messageField(2, encodeShape(type.shape)), values]);
}

/** A TensorProto with fewer values than elements repeats the last one. */
function encodeSingleValue(dtype: number, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case DataType.float32:
      return bytesField(5, bytes);
    case DataType.int32:
      return bytesField(7, packedInts([view.getInt32(0, true)]));
    case DataType.bool:
      return bytesField(11, packedInts([view.getUint8(0)]));
    default:
      throw new RangeError(`no single value of data type ${dtype}`);
  }
}

function encodeShape(shape: readonly number[]): Uint8Array {
  return Buffer.concat(shape.map((length) => messageField(2, intField(1, length))));
}
