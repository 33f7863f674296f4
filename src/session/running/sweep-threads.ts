import { formatCounted } from '../../core/format.js';

export interface ThreadChoice {
  /** Intra-op threads of TensorFlow for each slot. */
  readonly threads: number;
  /** What the user should know of it. */
  readonly notes: readonly string[];
}

/**
 * The threads of a sweep: one number for all of its attempts, since another one adds up in another order and gives other bits.
 *
 * @param asked - by `--threads`
 * @param recorded - what the sweep had so far
 * @param share - the slots' share of this machine's cores
 */
export function chooseThreads(asked: number | undefined, recorded: number | undefined, share: number): ThreadChoice {
  const threads = asked ?? recorded ?? share;
  if (recorded === undefined) return { threads, notes: [] };
  if (threads !== recorded) {
    const change = `threads of TensorFlow per slot: ${recorded} before, ${threads} now`;
    return { threads, notes: [`${change}; what is trained from here on has other last bits than before`] };
  }
  if (share === recorded || asked !== undefined) return { threads, notes: [] };
  const kept = `goes on with ${formatCounted(recorded, 'thread')} of TensorFlow per slot, as it began`;
  return {
    threads,
    notes: [`${kept}; here it would be ${share} (--threads ${share} changes that, and the last bits)`],
  };
}
