import type { BatchBuffers } from './batch.js';
import type { Pass } from './batch-source.js';

/** Source of the images in a batch: pixels, or precomputed features. */
export interface Samples {
  /**
   * Fills `images` with the images at `places` of a pass's part, and pads with zeros. Labels are already written; mixing
   * changes them.
   */
  write(pass: Pass, places: Uint32Array, into: BatchBuffers): void;
  /** Safe to call twice. */
  close(): void;
}
