import type { SerializedError } from '../../../core/errors.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource, Pass } from './batch-source.js';

/** Worker data of an input thread. */
export interface InputThreadData {
  readonly source: BatchSource;
  /** In shared memory. The input thread owns a buffer from the order to fill it until its answer. */
  readonly buffers: readonly BatchBuffers[];
}

/** Messages to the input thread. */
export type InputOrder =
  | { readonly type: 'fill'; readonly buffer: number; readonly pass: Pass; readonly number: number }
  /** End after the previous orders. */
  | { readonly type: 'close' };

/** Messages from the input thread: one for each `fill`, in the same order. */
export type InputAnswer =
  { readonly type: 'filled'; readonly count: number } | { readonly type: 'failed'; readonly error: SerializedError };
