import type { BatchBuffers } from './batch.js';
import type { Pass } from './batch-source.js';

/** What batches hold of each image: its pixels, or the features that were made of them. */
export interface Samples {
  /** Fills `images` with those at some places of a pass's part, and the rest with zeros; labels are in place, and may be mixed. */
  write(pass: Pass, places: Uint32Array, into: BatchBuffers): void;
  /** Safe to call twice. */
  close(): void;
}
