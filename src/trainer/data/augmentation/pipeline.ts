import type { Random } from '../../../core/random.js';
import type { Operation, Ranges } from './operation.js';
import { OPERATIONS, type OperationName } from './operations.js';
import { randAugment } from './randaugment.js';

/** Augmentation of each image, in order. Plain data that can be sent to a thread. */
export type Pipeline =
  | { readonly kind: 'steps'; readonly steps: readonly PipelineStep[] }
  | { readonly kind: 'randaugment'; readonly ops: number; readonly magnitude: number };

export interface PipelineStep {
  readonly op: OperationName;
  /** Probability of the operation, from 0 to 1. */
  readonly p: number;
  readonly ranges: Ranges;
}

/** Whether a pipeline never changes an image. */
export const isIdentity = (pipeline: Pipeline): boolean =>
  pipeline.kind === 'steps' ? pipeline.steps.every(({ p }) => p === 0) : pipeline.ops === 0;

/**
 * Returns a function that applies a pipeline to RGB bytes [size, size, 3], in place. Create one per size: it owns working
 * memory.
 */
export function createAugmenter(pipeline: Pipeline, size: number): (image: Uint8Array, random: Random) => void {
  const steps =
    pipeline.kind === 'steps'
      ? pipeline.steps.map(({ op, p, ranges }) => {
          const operation: Operation = OPERATIONS[op];
          return { p, transform: operation.prepare(ranges, size) };
        })
      : randAugment(size, pipeline.ops, pipeline.magnitude).map((transform) => ({ p: 1, transform }));
  const spare = [new Uint8Array(size * size * 3), new Uint8Array(size * size * 3)] as const;
  return (image, random) => {
    let current = image;
    for (const { p, transform } of steps) {
      if (p < 1 && random() >= p) continue;
      const next: Uint8Array = current === spare[0] ? spare[1] : spare[0];
      transform(current, next, random);
      current = next;
    }
    if (current !== image) image.set(current);
  };
}
