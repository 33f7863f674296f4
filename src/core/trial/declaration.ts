import type { Objective } from '../objective.js';

/** A sweep file with its overrides, and the versions and hardware that it runs on, as the database records them. */
export interface SweepDeclaration {
  /** Identifies the sweep within a database. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly method: string;
  readonly objective: Objective;
  /** Number of declared trials; `undefined` if the sweep has no end. */
  readonly declared: number | undefined;
  /** Text of the sweep file. */
  readonly definition: string;
  /** Absolute path of the sweep file. Relative paths in it start at its folder. */
  readonly definitionPath: string;
  /** Settings given on the command line, e.g. `parameters.gamma.values=[0,2]`. */
  readonly overrides: readonly string[];
  readonly seeds: readonly number[];
  readonly dataset?: string | undefined;
  readonly datasetFingerprint?: string | undefined;
  /** What is true of every trial and may be unintended, such as images that are left out; a line each. */
  readonly warnings?: readonly string[] | undefined;
  readonly trainer: string;
  readonly trainerVersion: string;
  /** SHA-256 of the files of a trainer's module, by name; `undefined` for a built-in trainer, and in rows of earlier versions. */
  readonly trainerFiles?: Readonly<Record<string, string>> | undefined;
  readonly versions: {
    readonly node: string;
    readonly sweepwright: string;
    /** `undefined` if the trainer does not use it. */
    readonly tensorflow?: string | undefined;
  };
  readonly gitCommit?: string | undefined;
  /** Name of the machine. */
  readonly host: string;
  /** Its CPU model, and its GPU models by device. */
  readonly processors?: { readonly cpu: string; readonly gpus: Readonly<Record<string, string>> } | undefined;
  /** TensorFlow's intra-op threads per slot. */
  readonly threads?: number | undefined;
  /** What `--slots` asked for; `undefined`: it was not given, and the sweep file's `slots` counts. */
  readonly slots?: number | 'auto' | undefined;
  /** What `--devices` asked for; `undefined`: it was not given, and the sweep file's `devices` count. */
  readonly devices?: readonly string[] | undefined;
}

/** A sweep's declaration as read from a database. */
export interface StoredSweep extends SweepDeclaration {
  /** Incremented, from 1, whenever the declaration or the conditions that it runs under change. */
  readonly revision: number;
  /** SHA-256 of the definition and the overrides. */
  readonly definitionHash: string;
}
