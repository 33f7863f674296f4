import { InputError } from '../../../../core/errors.js';

/** A file of weights, opened: every array by name, none of them read yet. */
export interface WeightFile {
  readonly path: string;
  /** Every file that it consists of. */
  readonly parts: readonly string[];
  readonly format: 'Keras HDF5' | 'Keras archive' | 'safetensors' | 'TensorFlow.js';
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the file says of itself beside its arrays; empty where it says nothing. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Safe to call twice; arrays cannot be read afterwards. */
  close(): void;
}

export interface StoredTensor {
  readonly shape: readonly number[];
  /** As the file's format calls it: `F16`, `float32`, `<f4`. */
  readonly dtype: string;
  /** In row-major order, converted where the file has another precision. @throws InputError WEIGHTS_DAMAGED */
  read(): Float32Array;
}

/** A model of the largest backbone with its optimizer's state has about 5,000 arrays. A file with more than this is refused. */
export const MAX_ARRAYS = 20_000;

/** For a file that begins like one of its format and does not go on like one. */
export function damaged(path: string, what: string, cause?: unknown): InputError {
  return new InputError('WEIGHTS_DAMAGED', `the weights ${path} are damaged: ${what}`, {
    hint: 'It may have been cut short on its way. Download or copy it again.',
    cause,
  });
}

export const elements = (shape: readonly number[]): number => shape.reduce((count, length) => count * length, 1);
