import { InputError } from '../../../core/errors.js';
import { tf, type Tensor } from '../native/tensorflow.js';
import {
  DataType,
  type Binding,
  type HostValues,
  type NativeTensor,
  type OpAttribute,
  type TensorMetadata,
} from '../native/binding.js';
import { nativeBackend, withBinding } from '../native/backend.js';
import { bytesOf, isUniform, type GraphBuilder } from '../building/graph-builder.js';
import type { Attribute, Ref, TensorType } from '../building/graph-def.js';
import { elementCount } from '../program/shape.js';

/** An op that TensorFlow.js called, before it is added to the graph. */
export interface TracedOp {
  readonly op: string;
  readonly inputs: readonly Ref[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly TensorType[];
}

/** Replaces an op by other nodes and returns the new outputs. `undefined` leaves the op unchanged. */
export type Rewrite = (traced: TracedOp, builder: GraphBuilder) => readonly Ref[] | undefined;

/** Size limit of constants created in JavaScript, unless all elements are equal. Larger arrays are data, not settings. */
const MAX_CONSTANT_BYTES = 512;

/**
 * Records what TensorFlow.js computes as nodes of a graph. The recorded function runs as usual; each op that the addon executes
 * becomes a node, and each small value from JavaScript becomes a constant.
 */
export class Tracer {
  readonly #builder: GraphBuilder;
  readonly #rewrites: readonly Rewrite[];
  /** Outputs of graph nodes by the ids of the tensors that they represent. */
  readonly #refs = new Map<number, Ref>();
  /** Tensors created in JavaScript while recording. Each becomes a constant when an op uses it. */
  readonly #host = new Map<number, { readonly type: TensorType; readonly values: HostValues }>();
  /** Shapes and types of all tensors that ops use, including those created before the recording. */
  readonly #seen = new Map<number, Pick<NativeTensor, 'shape' | 'dtype'>>();
  readonly #backend = nativeBackend();
  readonly #native: Binding = this.#backend.binding;
  #foreign = new Map<number, string>();
  #rewriting = true;

  constructor(builder: GraphBuilder, rewrites: readonly Rewrite[]) {
    this.#builder = builder;
    this.#rewrites = rewrites;
  }

  /** Makes an existing tensor represent a node of the graph. */
  bind(tensor: Tensor, ref: Ref): void {
    this.#refs.set(this.#idOf(tensor), ref);
  }

  isBound(tensor: Tensor): boolean {
    return this.#refs.has(this.#idOf(tensor));
  }

  /** The graph output for a tensor that was computed, bound or created in JavaScript. Call this only while recording. */
  refOf(tensor: Tensor): Ref {
    return this.#resolve(this.#idOf(tensor), 'the result');
  }

  /**
   * Runs a function and records it.
   *
   * @throws InputError STEP_NOT_TRACEABLE if the function does something that a graph cannot repeat: reads tensor values, creates
   *   or assigns variables, or uses large values from JavaScript or large tensors that are neither inputs nor weights
   */
  record<T>(run: () => T): T {
    const variables = new Map(Object.values(tf.engine().registeredVariables).map((v) => [v, this.#idOf(v)]));
    this.#foreign = new Map([...variables].filter(([, id]) => !this.#refs.has(id)).map(([v, id]) => [id, v.name]));
    const getInputTensorIds = this.#backend.getInputTensorIds.bind(this.#backend);
    this.#backend.getInputTensorIds = (tensors) => {
      const ids = getInputTensorIds(tensors);
      tensors.forEach((tensor, index) => this.#seen.set(ids[index]!, tensor));
      return ids;
    };
    try {
      const result = withBinding(this.#recordingBinding(), run);
      for (const variable of Object.values(tf.engine().registeredVariables)) {
        const id = variables.get(variable);
        if (id === undefined) refuse(`variable "${variable.name}" is created inside the step`, 'Create it before.');
        if (id !== this.#idOf(variable)) {
          refuse(`variable "${variable.name}" is assigned inside the step`, 'Return the new value in `assignments`.');
        }
      }
      return result;
    } finally {
      // Removes the override set above; the class's own method is used again.
      Reflect.deleteProperty(this.#backend, 'getInputTensorIds');
    }
  }

  /** Records ops without applying rewrites. Call this only while recording. */
  asIs<T>(run: () => T): T {
    this.#rewriting = false;
    try {
      return run();
    } finally {
      this.#rewriting = true;
    }
  }

  #recordingBinding(): Partial<Binding> {
    const native = this.#native;
    return {
      createTensor: (shape, dtype, values) => {
        const id = native.createTensor(shape, dtype, values);
        this.#host.set(id, { type: { dtype, shape: [...shape] }, values });
        return id;
      },
      deleteTensor: (id) => {
        native.deleteTensor(id);
        this.#host.delete(id);
        this.#seen.delete(id);
      },
      executeOp: (op, attributes, inputs, outputs) => {
        const results = native.executeOp(op, attributes, inputs, outputs);
        this.#onOp(op, attributes, inputs, results);
        return results;
      },
      tensorDataSync: (id) => {
        if (this.#host.has(id)) return native.tensorDataSync(id);
        return refuse(
          `the value of a tensor${this.#describe(id)} is read inside the step`,
          'A graph runs as a whole: compute with tensors, and return values that you need as outputs.',
        );
      },
    };
  }

  #onOp(
    op: string,
    given: readonly OpAttribute[],
    inputs: readonly number[],
    results: readonly TensorMetadata[],
  ): void {
    const attributes: Record<string, Attribute> = {};
    for (const attribute of given) attributes[attribute.name] = this.#toAttribute(op, attribute);
    const traced: TracedOp = {
      op,
      inputs: inputs.map((id) => this.#resolve(id, op)),
      attributes,
      outputs: results.map(({ dtype, shape }) => ({ dtype, shape: [...shape] })),
    };
    const refs = this.#rewrite(traced) ?? this.#builder.add(traced).outputs;
    results.forEach(({ id }, index) => this.#refs.set(id, refs[index]!));
  }

  #rewrite(traced: TracedOp): readonly Ref[] | undefined {
    if (!this.#rewriting) return undefined;
    for (const rewrite of this.#rewrites) {
      const refs = rewrite(traced, this.#builder);
      if (refs !== undefined) return refs;
    }
    return undefined;
  }

  #resolve(id: number, op: string): Ref {
    const known = this.#refs.get(id);
    if (known !== undefined) return known;
    const made = this.#host.get(id) ?? this.#captured(id, op);
    const { type, values } = made;
    if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)) {
      return refuse(
        `${op} takes values of data type ${type.dtype} from JavaScript`,
        'Only numbers and booleans are supported.',
      );
    }
    const bytes = bytesOf(values);
    if (bytes.length > MAX_CONSTANT_BYTES && !isUniform(bytes, values.BYTES_PER_ELEMENT)) {
      return refuse(
        `${op} takes ${bytes.length} bytes, shape [${type.shape.join(', ')}], that were created in JavaScript`,
        'They would be the same in every later step. Create them with TensorFlow ops, or feed them as an input.',
      );
    }
    const ref = this.#builder.constant(type, bytes);
    this.#refs.set(id, ref);
    return ref;
  }

  /** A tensor created before the recording that is neither input nor weight. Small ones become constants, others are refused. */
  #captured(id: number, op: string): { readonly type: TensorType; readonly values: HostValues } {
    const variable = this.#foreign.get(id);
    if (variable !== undefined) {
      return refuse(`${op} takes variable "${variable}", which is not among the program's weights`, 'List it there.');
    }
    const { shape } = this.#seen.get(id)!;
    const bytes = elementCount(shape) * 4;
    if (bytes > MAX_CONSTANT_BYTES) {
      return refuse(
        `${op} takes a tensor of ${bytes} bytes, shape [${shape.join(', ')}], from outside the step`,
        'Feed it as an input, or list it among the weights.',
      );
    }
    const values = this.#native.tensorDataSync(id);
    const dtype =
      values instanceof Float32Array ? DataType.float32 : values instanceof Int32Array ? DataType.int32 : DataType.bool;
    return { type: { dtype, shape }, values };
  }

  #idOf(tensor: Tensor): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  #describe(id: number): string {
    const ref = this.#refs.get(id);
    return ref === undefined ? '' : ` of shape [${this.#builder.typeOf(ref).shape.join(', ')}] (${ref.node})`;
  }

  #toAttribute(op: string, { name, type, value }: OpAttribute): Attribute {
    const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE } = this.#native;
    const list = Array.isArray(value);
    switch (type) {
      case TF_ATTR_STRING:
        return { kind: 'string', value: value as string };
      case TF_ATTR_INT:
        return list ? { kind: 'ints', value: value as number[] } : { kind: 'int', value: value as number };
      case TF_ATTR_FLOAT:
        return list ? { kind: 'floats', value: value as number[] } : { kind: 'float', value: value as number };
      case TF_ATTR_BOOL:
        return list ? { kind: 'bools', value: value as boolean[] } : { kind: 'bool', value: value as boolean };
      case TF_ATTR_TYPE:
        return { kind: 'type', value: value as number };
      case TF_ATTR_SHAPE:
        return { kind: 'shape', value: value as number[] };
      default:
        return refuse(
          `${op} has an attribute "${name}" of an unknown kind (${type})`,
          'It cannot be recorded in a graph.',
        );
    }
  }
}

function refuse(problem: string, hint: string): never {
  throw new InputError('STEP_NOT_TRACEABLE', `the step cannot be compiled: ${problem}`, { hint });
}
