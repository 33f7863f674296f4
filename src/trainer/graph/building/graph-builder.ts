import { DataType } from '../native/binding.js';
import type { Attribute, GraphNode, Ref, TensorType } from './graph-def.js';

/** Collects the nodes of a graph under construction. */
export class GraphBuilder {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #constants = new Map<string, Ref>();

  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  /**
   * Adds a node and returns its name and its outputs in order. Generated names are unique, and the same for the same sequence of
   * calls. A caller that passes `name` must make sure that it is unique.
   */
  add(node: {
    readonly op: string;
    readonly name?: string;
    readonly inputs?: readonly Ref[];
    readonly after?: readonly string[];
    readonly attributes?: Readonly<Record<string, Attribute>>;
    readonly outputs?: readonly TensorType[];
  }): { readonly name: string; readonly outputs: readonly Ref[] } {
    const { op, inputs = [], after = [], attributes = {}, outputs = [] } = node;
    const { name = `${op}_${this.#nodes.size}` } = node;
    this.#nodes.set(name, { name, op, inputs, after, attributes, outputs });
    return { name, outputs: outputs.map((_, index) => ({ node: name, index })) };
  }

  /** Adds a node with one output. */
  op(
    op: string,
    inputs: readonly Ref[],
    attributes: Readonly<Record<string, Attribute>>,
    output: TensorType,
    after: readonly string[] = [],
  ): Ref {
    return this.add({ op, inputs, attributes, outputs: [output], after }).outputs[0]!;
  }

  placeholder(type: TensorType): Ref {
    return this.op('Placeholder', [], { dtype: typeAttribute(type.dtype), shape: shapeAttribute(type.shape) }, type);
  }

  /** Adds a constant. Equal constants share one node; if all elements are equal, only one value is stored. */
  constant(type: TensorType, values: Uint8Array): Ref {
    const width = type.dtype === DataType.bool ? 1 : 4;
    const uniform = type.dtype !== DataType.int64 && isUniform(values, width);
    const bytes = uniform ? values.slice(0, width) : values.slice();
    const key = `${type.dtype} ${type.shape.join()} ${Buffer.from(bytes).toString('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value: Attribute = { kind: 'tensor', value: { type, bytes, uniform } };
    const constant = this.op('Const', [], { dtype: typeAttribute(type.dtype), value }, type);
    this.#constants.set(key, constant);
    return constant;
  }

  float(value: number): Ref {
    return this.constant({ dtype: DataType.float32, shape: [] }, bytesOf(Float32Array.of(value)));
  }

  int(value: number): Ref {
    return this.constant({ dtype: DataType.int32, shape: [] }, bytesOf(Int32Array.of(value)));
  }

  ints(values: readonly number[]): Ref {
    return this.constant({ dtype: DataType.int32, shape: [values.length] }, bytesOf(Int32Array.from(values)));
  }

  typeOf({ node, index }: Ref): TensorType {
    return this.#nodes.get(node)!.outputs[index]!;
  }
}

export function typeAttribute(dtype: number): Attribute {
  return { kind: 'type', value: dtype };
}

export function shapeAttribute(shape: readonly number[]): Attribute {
  return { kind: 'shape', value: shape };
}

/** The attribute's integers; empty if it is missing. */
export function intsOf(attribute: Attribute | undefined): readonly number[] {
  return attribute?.kind === 'ints' ? attribute.value : [];
}

export function textOf(attribute: Attribute | undefined): string | undefined {
  return attribute?.kind === 'string' ? attribute.value : undefined;
}

export function bytesOf(values: Float32Array | Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Whether all values of `width` bytes are equal, bit for bit. */
export function isUniform(bytes: Uint8Array, width: number): boolean {
  const rest = bytes.subarray(width);
  return bytes.length >= width && Buffer.compare(rest, bytes.subarray(0, rest.length)) === 0;
}
