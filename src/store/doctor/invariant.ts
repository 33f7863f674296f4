import type { Transaction } from '../recording/transaction.js';

/** A condition that every database must meet, also after a crash. */
export interface Invariant {
  /** The condition, as a sentence. */
  readonly says: string;
  /** SQL that selects a text, `what`, for each violation. */
  readonly offenders: string;
  /** How violations are repaired; absent if a repair could lose results. */
  readonly repair?: Repair;
}

export interface Repair {
  /** What it does, as the end of a sentence: `--repair deletes these rows`. */
  readonly does: string;
  readonly run: (tx: Transaction) => Promise<void>;
}

export const repairBy = (does: string, ...statements: readonly string[]): Repair => ({
  does,
  run: async (tx) => {
    for (const statement of statements) await tx.execute(statement);
  },
});
