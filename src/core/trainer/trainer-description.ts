import type { MemoryParameters } from './manifest.js';
import type { Params } from '../parameters.js';
import type { RangePoint, Suggestions } from './range-test.js';
import type { SearchSpace } from '../space/search-space.js';
import type { TrialSpec } from '../trial/trial.js';

/**
 * A trainer as planning sees it: its name, its features, and how it prepares a sweep. The trainer itself is loaded later, in the
 * process that trains. Optional members are features that not every trainer has.
 */
export interface TrainerDescription {
  readonly name: string;
  /** Part of every trial's key: another version is another trainer. */
  readonly version: string;
  /** SHA-256 of each file that `version` covers, by its path from the trainer's folder. A built-in trainer has none. */
  readonly files?: Readonly<Record<string, string>>;
  /** URL of the module that exports `train`. */
  readonly url: string;
  /** What the module gets as `TrainingContext.settings`; default nothing. */
  readonly settings?: unknown;
  /** The command line that trains a trial, as one types it into a shell, for a trainer that is a program. */
  commandOf?(trial: TrialSpec): string;
  /** Values of the parameters that a trial does not name. */
  readonly defaults: Params;
  /** Whether native TensorFlow has to be installed. */
  readonly needsTensorflow: boolean;
  /** Whether it calls `TrainingContext.progress` in every step, so that a trial without progress counts as hung. */
  readonly saysProgress: boolean;
  /** Which parameters decide how much memory a trial takes. */
  readonly memory?: MemoryParameters;
  /** Measures its speed, for `slots: auto`. */
  readonly calibration?: Calibration;
  /** Finds learning rates, for `find` and `sweep lr-find`. */
  readonly rangeTest?: RangeTestDescription;
  /**
   * Why the first epochs of a trial with these parameters depend on its number of epochs, in words; `undefined` where a longer
   * trial begins with all epochs of a shorter one, to the last bit. Without this member no trial is continued.
   */
  readonly dependsOnEpochs?: (params: Params) => string | undefined;
  /** The settings that decide a result most and that a sweep leaves at their defaults, in the order to show them. */
  notableDefaults?(declared: DeclaredParameters): Params;
  /** Which trials compute features once and share them; `undefined` where the sweep trains whole networks. */
  shareFeatures?(declared: DeclaredParameters, trials: Iterable<TrialSpec>): FeatureSharing | undefined;
  /**
   * Looks at dataset, files and parameters before the first trial.
   *
   * @throws {InputError} for what would fail every trial
   */
  prepare(declared: DeclaredInputs, folders: PlanningFolders): Promise<TrialInputs>;
}

/** The parameters of a sweep: a part of its definition. */
export type DeclaredParameters = Pick<SearchSpace, 'axes' | 'fixed'>;

/** The inputs of a sweep: a part of its definition. */
export interface DeclaredInputs extends DeclaredParameters, Pick<SearchSpace, 'exclude'> {
  readonly dataset: DeclaredDataset | undefined;
  /** Absolute: where relative paths of parameters start. */
  readonly folder: string;
}

export interface DeclaredDataset {
  readonly written: string;
  /** Absolute: relative paths start at the file's folder. As written where it has a scheme, such as `s3://...`. */
  readonly path: string;
}

export interface PlanningFolders {
  /** Where hashes of files are remembered. */
  readonly cacheDir: string;
  /** Where downloaded and imported weights lie. */
  readonly weightsDir: string;
}

/** The files that the trials of a sweep read, identified by content. */
export interface TrialInputs {
  readonly dataset: { readonly name: string; readonly fingerprint: string } | undefined;
  /** Absolute paths of the files that parameters name, as `TrainingContext.files` has them. */
  readonly files: Readonly<Record<string, string>>;
  /** The parameter that names a file, whose content belongs into a trial's key. */
  readonly file?: ContentParameter;
  /**
   * Checks the dataset as the sweep's first trial reads it.
   *
   * @throws {InputError} for a dataset on which every trial would fail
   */
  readonly check: (first: TrialSpec) => Promise<InputFindings>;
}

/** What the user should know of a sweep's inputs, a line each. */
export interface InputFindings {
  /** What trials use of the files that parameters name. */
  readonly notes: readonly string[];
  /** What is true of every trial and may be unintended. */
  readonly warnings: readonly string[];
}

/** A parameter that names a file: its content counts, not its path. */
export interface ContentParameter {
  readonly parameter: string;
  /** `sha256:...` of the file that a trial's parameters lead to; `undefined` where they lead to none. */
  readonly contentOf: (params: Params) => string | undefined;
}

export interface Calibration {
  /** URL of the module that measures: it reports `images_per_second` and `memory_mb`. */
  readonly url: string;
  /** Names of the parameters that decide how long a step takes. */
  readonly parameters: readonly string[];
}

export interface RangeTestDescription {
  /** URL of the module that runs the test: it reports a step as an epoch. */
  readonly url: string;
  /** Increased whenever the same parameters and seed give another curve, or the same curve gives other suggestions. */
  readonly version: string;
  /** The parameter that is found, and the one for each of whose values it is found anew. */
  readonly finds: { readonly parameter: string; readonly per: string };
  /** Names of parameters that do not change a test. */
  readonly ignores: ReadonlySet<string>;
  /** Steps of a test that does not end early. */
  readonly maxSteps: number;
  /** `undefined` where the losses never fall. */
  suggest(points: readonly RangePoint[]): Suggestions | undefined;
}

/** Features of a frozen backbone: which trials share them, and why other trials do not. */
export interface FeatureSharing {
  readonly shared: readonly SharedFeatures[];
  /** Reasons found among trials whose features cannot be kept. */
  readonly missed: readonly ('augmentation' | 'mixing')[];
}

/** Features that some trials share. */
export interface SharedFeatures {
  readonly backbone: string;
  /** Edge of an image in pixels. */
  readonly imageSize: number;
  /** Variants of each training image; 0 where images stay as they are. */
  readonly copies: number;
  /** How often they are computed, for instance once for each set of initial weights. */
  readonly computed: number;
  readonly trials: number;
  /** How often the backbone would see each training image without them: once in every epoch of every trial. */
  readonly passes: number;
  /** How often the backbone sees each training image with shared features. */
  readonly passesKept: number;
}
