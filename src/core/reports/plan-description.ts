import type { Confirmation } from '../space/search-space.js';
import type { Distribution } from '../space/distribution.js';
import type { Objective } from '../objective.js';
import type { Params } from '../parameters.js';
import type { FeatureSharing } from '../trainer/trainer-description.js';
import type { TrialSpec } from '../trial/trial.js';

/** The trials that a sweep would run, and how many of them the database already has. */
export interface PlanDescription {
  readonly name: string;
  readonly description: string | undefined;
  readonly method: string;
  readonly objective: Objective;
  readonly trainer: { readonly name: string; readonly version: string };
  readonly dataset: { readonly name: string; readonly fingerprint: string } | undefined;
  readonly axes: readonly DescribedAxis[];
  /** By backbone, the learning rate that values are factors of; null where a range test is to find it first. */
  readonly found: Readonly<Record<string, number | null>>;
  /** Steps of a range test that does not end early. */
  readonly rangeTestSteps: number;
  readonly fixed: Params;
  /** The defaults that decide a result most, of the settings that the file does not name. */
  readonly defaults: Params;
  readonly seeds: readonly number[];
  /** Combinations of the axes' values, times the seeds and the folds; Infinity where they cannot be counted. */
  readonly points: number;
  /** Points that the exclude rules take out. */
  readonly excluded: number;
  /** Trials to run; Infinity for a random search without an end. */
  readonly trials: number;
  /** The rule that stops trials early, as a file would write it; `undefined`: every trial is trained to its end. */
  readonly earlyTermination: string | undefined;
  /** How the best points are confirmed at the end, in how many further trials; `undefined`: they are not. */
  readonly confirm: (Confirmation & { readonly trials: number }) | undefined;
  /** Names of the parameters that differ between trials. */
  readonly varying: readonly string[];
  /** What trials read from the files that parameters name, a line each. */
  readonly fileNotes: readonly string[];
  /** What is read differently from how the sweep file has it, a line each. */
  readonly notes: readonly string[];
  /** What is true of every trial and may be unintended, a line each. */
  readonly warnings: readonly string[];
  /** What has changed since the sweep was last run, a line each. */
  readonly changes: readonly string[];
  readonly standing: PlanStanding;
  /** Features that frozen backbones share; `undefined` where none is frozen. */
  readonly features: (FeatureSharing & { readonly lookedAt: number }) | undefined;
  /** Whether the trials are known in advance. Otherwise each follows from the results before it, and `last` is empty. */
  readonly isListed: boolean;
  /** The command line of the first trial, as one types it into a shell, where the trainer is a program. */
  readonly command?: string;
  /** The first and the last trials; all of them are in `first` where they are few. */
  readonly first: readonly TrialSpec[];
  readonly last: readonly TrialSpec[];
}

export interface DescribedAxis {
  readonly name: string;
  readonly distribution: Distribution;
  /** The distribution in a few words. */
  readonly text: string;
  /** Number of values; Infinity where it is continuous. */
  readonly size: number;
}

/** How many of a sweep's trials a database has, by status. */
export interface PlanStanding {
  /** Finished trials, whichever sweep ran them. */
  readonly done: number;
  /** Trials that can go on from shorter ones. */
  readonly continued: number;
  /** Why other trials cannot go on from shorter ones, and how many cannot for that reason. */
  readonly refused: ReadonlyMap<string, number>;
}
