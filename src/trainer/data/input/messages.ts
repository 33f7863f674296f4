import type { SerializedError } from '../../../core/errors.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource, Pass } from './batch-source.js';

/** What an input thread is started with. */
export interface InputThreadData {
  readonly source: BatchSource;
  /** In shared memory. A buffer belongs to the input thread from the order to fill it until the answer. */
  readonly buffers: readonly BatchBuffers[];
}

/** To the input thread. */
export type InputOrder =
  | { readonly type: 'fill'; readonly buffer: number; readonly pass: Pass; readonly number: number }
  /** End when what was ordered before is done. */
  | { readonly type: 'close' };

/** From the input thread: one for each `fill`, in their order. */
export type InputAnswer =
  { readonly type: 'filled'; readonly count: number } | { readonly type: 'failed'; readonly error: SerializedError };
