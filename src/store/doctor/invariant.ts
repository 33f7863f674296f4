import type { Transaction } from '../recording/transaction.js';

/** Something that has to hold in every database, whatever has happened to it. */
export interface Invariant {
  /** What has to hold, in a sentence. */
  readonly says: string;
  /** Selects a text, `what`, for each thing that breaks it. */
  readonly offenders: string;
  /** How it is put right where that loses nothing. */
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
