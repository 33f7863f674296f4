import type { Objective } from '../core/objective.js';

/** What a sweep file declares, as far as the database keeps it. */
export interface SweepDeclaration {
  /** Unique within a database: the same name is the same sweep. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly method: string;
  readonly objective: Objective;
  /** How many trials it declares; `undefined` where there is no end. */
  readonly declared: number | undefined;
  /** The sweep file as it was written. */
  readonly definition: string;
  /** Absolute path of the file: relative paths in it start at its folder. */
  readonly definitionPath: string;
  /** What was set on the command line over the file, e.g. `parameters.gamma.values=[0,2]`. */
  readonly overrides: readonly string[];
  readonly seeds: readonly number[];
  readonly dataset?: string | undefined;
  readonly datasetFingerprint?: string | undefined;
  readonly trainer: string;
  readonly trainerVersion: string;
  readonly versions: {
    readonly node: string;
    readonly sweepwright: string;
    /** `undefined` where the trainer does not use it. */
    readonly tensorflow?: string | undefined;
  };
  readonly gitCommit?: string | undefined;
  /** Name of the machine. */
  readonly host: string;
  /** What computes on it; GPUs by device. */
  readonly processors?: { readonly cpu: string; readonly gpus: Readonly<Record<string, string>> } | undefined;
  /** Intra-op threads of TensorFlow for each slot. */
  readonly threads?: number | undefined;
}

/** What the database has of a sweep that was declared before. */
export interface StoredSweep extends SweepDeclaration {
  readonly revision: number;
  /** SHA-256 of the definition and the overrides. */
  readonly definitionHash: string;
}
