import { InputError } from '../../../../core/errors.js';

/** An opened file of weights: every array by name. Values are read on demand. */
export interface WeightFile {
  readonly path: string;
  /** All files that belong to it, such as `model.json` and its shards. */
  readonly parts: readonly string[];
  readonly format: 'Keras HDF5' | 'Keras archive' | 'safetensors' | 'TensorFlow.js' | 'PyTorch';
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Text entries that the file has beside its arrays; empty if it has none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Safe to call twice; arrays cannot be read afterwards. */
  close(): void;
}

export interface StoredTensor {
  readonly shape: readonly number[];
  /** As the file's format calls it: `F16`, `float32`, `<f4`. */
  readonly dtype: string;
  /** Values in row-major order, converted to float32 from other precisions. @throws InputError WEIGHTS_DAMAGED */
  read(): Float32Array;
}

/** A model of the largest backbone with its optimizer's state has about 5,000 arrays. A file with more than this is refused. */
export const MAX_ARRAYS = 20_000;

/** The error for a file that begins as its format demands but cannot be read to its end. */
export function damaged(path: string, what: string, cause?: unknown): InputError {
  return new InputError('WEIGHTS_DAMAGED', `the weights ${path} are damaged: ${what}`, {
    hint: 'A download or copy may have been cut short. Download or copy the file again.',
    cause,
  });
}

export const elements = (shape: readonly number[]): number => shape.reduce((count, length) => count * length, 1);
