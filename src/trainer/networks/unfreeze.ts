/** The part of a model that is trained: the whole model, only the classifier, or the classifier and the last N blocks. */
export type Unfreeze = 'all' | 'head' | `last-${number}-blocks`;

export const UNFREEZE_PATTERN = '^(all|head|last-[1-9][0-9]*-blocks)$';

/** Number of blocks that are trained: 0 for `head`, N for `last-N-blocks`, infinite for `all`. */
export function trainedDepth(unfreeze: Unfreeze): number {
  if (unfreeze === 'all') return Infinity;
  return unfreeze === 'head' ? 0 : Number(unfreeze.split('-')[1]);
}
