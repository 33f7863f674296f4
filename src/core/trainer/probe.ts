import type { SerializedError } from '../errors.js';

/** The one message of a process that tries TensorFlow on one device. */
export type ProbeMessage =
  | { readonly type: 'probed'; readonly report: ProbeReport }
  /** TensorFlow could not be loaded or computed something wrong. */
  | { readonly type: 'failed'; readonly error: SerializedError };

export interface ProbeReport {
  /** Version of the native library. */
  readonly tensorflow: string;
  /** Whether TensorFlow found a GPU it can use. */
  readonly usesGpu: boolean;
}
