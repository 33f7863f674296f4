import type { Params } from '../parameters.js';

/** A learning rate range test, as it is stored. */
export interface LrFind {
  /** Hash of all inputs: the same test has the same key. */
  readonly key: string;
  readonly backbone: string;
  /** Learning rates; `undefined` if the losses suggest none. */
  readonly suggestions: { readonly valley: number; readonly steepest: number; readonly minimum: number } | undefined;
  readonly points: readonly {
    /** Counted from 1. */
    readonly step: number;
    readonly learningRate: number;
    readonly loss: number;
    readonly smoothedLoss: number;
  }[];
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
