import { unreachable } from '../../core/errors.js';
import { DataType } from '../graph/native/binding.js';
import { GRAPH_DEF_PRODUCER, refName, type Attribute, type GraphNode, type Ref } from '../graph/building/graph-def.js';
import { elementCount } from '../graph/program/shape.js';
import type { InferenceGraph } from './inference-graph.js';

export interface TfjsGraphModel {
  /** Content of `model.json`. */
  readonly model: unknown;
  /** Weight files named in `model.json`, each at most `SHARD_BYTES` long. */
  readonly shards: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Shard size of the TensorFlow.js converter, small enough for browser caches. */
const SHARD_BYTES = 4 * 2 ** 20;

/**
 * Converts a graph to the format of `tf.loadGraphModel` (https://www.tensorflow.org/js/guide/conversion): the GraphDef as
 * protobuf JSON, with the values of constants in separate files.
 */
export function toTfjsGraphModel(graph: InferenceGraph, { generator }: { readonly generator: string }): TfjsGraphModel {
  const { nodes, images, logits, probabilities, imageSize, classes } = graph;
  const constants = nodes.flatMap((node) => {
    const value = node.attributes['value'];
    return node.op === 'Const' && value?.kind === 'tensor' ? [{ name: node.name, ...value.value }] : [];
  });
  const shards = cut(Buffer.concat(constants.map(expand)));
  const model = {
    format: 'graph-model',
    generatedBy: generator,
    convertedBy: null,
    signature: {
      inputs: { images: tensorInfo(images, [-1, imageSize, imageSize, 3]) },
      outputs: {
        logits: tensorInfo(logits, [-1, classes]),
        probabilities: tensorInfo(probabilities, [-1, classes]),
      },
    },
    modelTopology: { node: nodes.map(toNode), library: {}, versions: { producer: GRAPH_DEF_PRODUCER } },
    weightsManifest: [
      {
        paths: shards.map(({ name }) => name),
        weights: constants.map(({ name, type: { shape, dtype } }) => ({ name, shape, dtype: typeName(dtype).name })),
      },
    ],
  };
  return { model, shards };
}

/** All values of a constant; a uniform constant stores only the first. */
function expand({ type, bytes, uniform }: {
  readonly type: { readonly dtype: number; readonly shape: readonly number[] };
  readonly bytes: Uint8Array;
  readonly uniform: boolean;
}): Uint8Array {
  if (!uniform) return bytes;
  return Buffer.concat(Array.from({ length: elementCount(type.shape) }, () => bytes));
}

function cut(bytes: Uint8Array): TfjsGraphModel['shards'] {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, index) => ({
    name: `group1-shard${index + 1}of${count}.bin`,
    bytes: bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES),
  }));
}

const tensorInfo = (ref: Ref, shape: readonly number[]) => ({
  name: refName(ref),
  dtype: typeName(DataType.float32).enumName,
  tensorShape: shapeJson(shape),
});

function toNode({ name, op, inputs, attributes }: GraphNode) {
  return {
    name,
    op,
    ...(inputs.length > 0 && { input: inputs.map((ref) => (ref.index === 0 ? ref.node : refName(ref))) }),
    attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeJson(value)])),
  };
}

/** An AttrValue in protobuf JSON: 64-bit integers are strings, bytes are Base64. */
function attributeJson(attribute: Attribute): unknown {
  switch (attribute.kind) {
    case 'string':
      return { s: Buffer.from(attribute.value).toString('base64') };
    case 'int':
      return { i: String(attribute.value) };
    case 'ints':
      return { list: { i: attribute.value.map(String) } };
    case 'float':
      return { f: attribute.value };
    case 'floats':
      return { list: { f: attribute.value } };
    case 'bool':
      return { b: attribute.value };
    case 'bools':
      return { list: { b: attribute.value } };
    case 'type':
      return { type: typeName(attribute.value).enumName };
    case 'shape':
      return { shape: shapeJson(attribute.value) };
    case 'tensor': {
      const { dtype, shape } = attribute.value.type;
      return { tensor: { dtype: typeName(dtype).enumName, tensorShape: shapeJson(shape) } };
    }
    default:
      return unreachable(attribute);
  }
}

const shapeJson = (shape: readonly number[]) => ({ dim: shape.map((length) => ({ size: String(length) })) });

function typeName(dtype: number): { readonly name: string; readonly enumName: string } {
  switch (dtype) {
    case DataType.float32:
      return { name: 'float32', enumName: 'DT_FLOAT' };
    case DataType.int32:
      return { name: 'int32', enumName: 'DT_INT32' };
    case DataType.bool:
      return { name: 'bool', enumName: 'DT_BOOL' };
    default:
      throw new RangeError(`TensorFlow.js has no data type ${dtype}`);
  }
}
