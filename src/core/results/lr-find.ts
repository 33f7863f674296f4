import type { Params } from '../parameters.js';
import type { RangePoint, Suggestions } from '../trainer/range-test.js';

/** A learning rate range test, as it is stored. */
export interface LrFind {
  /** Hash of all inputs: the same test has the same key. */
  readonly key: string;
  readonly backbone: string;
  /** `undefined` if the losses suggest none. */
  readonly suggestions: Suggestions | undefined;
  readonly points: readonly RangePoint[];
  readonly params: Params;
  readonly seed: number;
  readonly dataset: { readonly name: string; readonly fingerprint: string } | undefined;
  readonly device: string;
  /** TensorFlow's intra-op threads. */
  readonly threads: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
}
