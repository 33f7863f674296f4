import { tf, type Tensor } from '../tensorflow.js';

/**
 * What this room uses of TensorFlow.js' native addon. All kernels end in `executeOp`, and all values that JavaScript makes
 * pass `createTensor`: one door to record at. Signatures follow the package's `binding/tfjs_backend.cc`.
 */
export interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
  /** May share memory with `values`, which therefore have to stay as they are while the tensor lives. */
  createTensor(shape: readonly number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostValues;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  /** Names (`node:0`) are joined with commas; returns one tensor per output, to be deleted by the caller. */
  runSavedModel(session: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMetadata[];
  deleteSavedModel(session: number): void;
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

export type HostValues = Float32Array | Int32Array | Uint8Array | BigInt64Array | readonly Uint8Array[];

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface NativeBackend {
  binding: Binding;
  /** Ids of tensors in the addon; what JavaScript has held back until now is handed over first. */
  getInputTensorIds(tensors: readonly Pick<Tensor, 'dataId' | 'shape' | 'dtype'>[]): number[];
}

/** Numbers of TensorFlow's `DataType`. */
export const DataType = { float32: 1, int32: 3, int64: 9, bool: 10, bfloat16: 14, float16: 19, resource: 20 } as const;

/** The backend of this thread. Its class is not exported by the package, and parts of it are marked private there. */
export function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/** Runs a function with parts of the addon replaced; they may call what was there before. */
export function withBinding<T>(overrides: Partial<Binding>, run: () => T): T {
  const backend = nativeBackend();
  const before = backend.binding;
  // The addon's own properties are read-only and ignore assignment.
  const derived = Object.create(before) as Binding;
  for (const [name, value] of Object.entries(overrides)) Object.defineProperty(derived, name, { value });
  backend.binding = derived;
  try {
    return run();
  } finally {
    backend.binding = before;
  }
}
