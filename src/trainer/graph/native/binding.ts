/**
 * The part of TensorFlow.js' native addon that this program calls. Every kernel ends in `executeOp`, and every value made in
 * JavaScript passes through `createTensor`, so a trace only has to intercept these two. Signatures follow the package's
 * `binding/tfjs_backend.cc`.
 */
export interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_Version: string;
  /** The tensor may share memory with `values`: do not change them while it lives. */
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
  /** Names (`node:0`) are joined with commas. Returns one tensor per output; the caller deletes them. */
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

/** TensorFlow.js' backend for the addon. Its class is not exported, and its types mark parts of this as private. */
export interface NativeBackend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  /** Ids of tensors in the addon. Values that JavaScript still holds are copied to the addon first. */
  getInputTensorIds(tensors: readonly NativeTensor[]): number[];
  executeMultipleOutputs<T extends NativeTensor>(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly T[],
    outputs: number,
  ): T[];
}

/** The part of a TensorFlow.js tensor that the backend looks at. */
export interface NativeTensor {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Numbers of TensorFlow's `DataType`. */
export const DataType = { float32: 1, int32: 3, int64: 9, bool: 10, bfloat16: 14, float16: 19, resource: 20 } as const;
