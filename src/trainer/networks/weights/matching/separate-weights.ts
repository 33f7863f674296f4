import type { StoredTensor, WeightFile } from '../formats/weight-file.js';

export interface SeparatedArrays {
  /** Arrays that may be weights of a backbone. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** Number of arrays that are no weights, by kind (`state of the optimizer`). */
  readonly others: ReadonlyMap<string, number>;
}

/** Separates weights from the arrays of known other kinds that files hold beside them. */
export function separateWeights({ tensors }: WeightFile): SeparatedArrays {
  const weights = new Map<string, StoredTensor>();
  const others = new Map<string, number>();
  for (const [name, tensor] of tensors) {
    const kind = OTHER_KINDS.find(([pattern]) => pattern.test(name))?.[1];
    if (kind === undefined) weights.set(name, tensor);
    else others.set(kind, (others.get(kind) ?? 0) + 1);
  }
  return { weights, others };
}

const OTHER_KINDS: readonly (readonly [RegExp, string])[] = [
  [/^optimizer(_weights)?\//, 'state of the optimizer'],
  [/(^|\.)num_batches_tracked$/, 'counts of batches'],
  [/(^|\/|#)normalization(_\d+)?\/(mean|variance|count)$/, 'statistics of the input'],
  [/(^|\/)(seed_generator(_state)?|seed)(\/|$)|seed_generator_state$/, 'seeds of random numbers'],
];
