import { formatCounted } from '../../../core/format.js';

export interface ThreadChoice {
  /** Intra-op threads of TensorFlow for each slot. */
  readonly threads: number;
  /** What the user should know about the choice. */
  readonly notes: readonly string[];
}

/**
 * The threads of a sweep: one number for all of its attempts, because changing it changes results in the last bits.
 *
 * @param asked - by `--threads`
 * @param recorded - of the sweep's earlier sessions
 * @param share - the slots' share of this machine's cores
 */
export function chooseThreads(asked: number | undefined, recorded: number | undefined, share: number): ThreadChoice {
  const threads = asked ?? recorded ?? share;
  if (recorded === undefined) return { threads, notes: [] };
  if (threads !== recorded) {
    const change = `TensorFlow threads per slot: ${recorded} before, ${threads} now`;
    return { threads, notes: [`${change}; new results differ from earlier ones in the last bits`] };
  }
  if (share === recorded || asked !== undefined) return { threads, notes: [] };
  const kept = `${formatCounted(recorded, 'TensorFlow thread')} per slot, as in earlier sessions`;
  return {
    threads,
    notes: [`${kept}; --threads ${share} uses all cores, and changes results in the last bits`],
  };
}
