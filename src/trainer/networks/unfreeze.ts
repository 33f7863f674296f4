/** What of a model is trained: everything, the classifier alone, or the classifier and the last so many blocks. */
export type Unfreeze = 'all' | 'head' | `last-${number}-blocks`;

export const UNFREEZE_PATTERN = '^(all|head|last-[1-9][0-9]*-blocks)$';

/** The largest depth that is trained: 0 for `head`, N for `last-N-blocks`, infinite for `all`. */
export function trainedDepth(unfreeze: Unfreeze): number {
  if (unfreeze === 'all') return Infinity;
  return unfreeze === 'head' ? 0 : Number(unfreeze.split('-')[1]);
}
