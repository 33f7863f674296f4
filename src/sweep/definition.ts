import type { DeclaredDataset } from '../core/trainer/trainer-description.js';
import type { ProgramDefinition } from '../core/trainer/program.js';
import type { CheckpointEvery } from '../core/trainer/training.js';
import type { EarlyTermination } from '../core/trial/early-termination.js';
import type { Keep } from './checkpointing.js';
import type { OnFinish } from './on-finish.js';
import type { SearchSpace } from '../core/space/search-space.js';

/** A sweep file, checked and with every default filled in. Plain data. */
export interface SweepDefinition extends SearchSpace {
  /** Default: the file's name without its extension. */
  readonly name: string;
  readonly description: string | undefined;
  readonly dataset: DeclaredDataset | undefined;
  readonly trainer: Trainer;
  /** Default `auto`. */
  readonly devices: 'auto' | readonly string[];
  /** Concurrent trials on each device; `auto`: the number with the highest throughput. Default: 1. */
  readonly slots: number | 'auto';
  /** Longest time that one trial may train. Default: no limit. */
  readonly maxTrialTimeMs: number | undefined;
  /** Time after which the sweep pauses. Default: never. */
  readonly maxTimeMs: number | undefined;
  /** How often trainers save a checkpoint within an epoch. Default: only after each epoch. */
  readonly checkpointEvery: CheckpointEvery | undefined;
  readonly keep: Keep;
  /** The rule that stops trials early. Default: none. */
  readonly earlyTermination: EarlyTermination | undefined;
  /** Commands to run at the end of the sweep and of trials. */
  readonly onFinish: OnFinish | undefined;
  /** What was read differently from how the file is written, a sentence each. */
  readonly notes: readonly string[];
  /** Absolute: where relative paths in the file start. */
  readonly folder: string;
  /** The file as written; with overrides, the same file with them in place. Parsing it again gives this definition. */
  readonly text: string;
  /** SHA-256 of `text`, 64 hexadecimal digits. */
  readonly hash: string;
}

/** The built-in trainer, an ES module that exports `train`, or a program in any language. */
export type Trainer =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'module'; readonly written: string; readonly path: string }
  | ({ readonly kind: 'program' } & ProgramDefinition);
