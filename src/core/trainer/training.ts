import type { Params, ParamValue } from '../parameters.js';

/** The contract between trainer, executor and stopping rules. Three parties, one file, no implementation. */

/** Metric names (snake_case, validation ones with the prefix `val_`) and their values after one epoch. */
export type Metrics = Readonly<Record<string, number>>;

export interface EpochReport {
  /** Counted from 1: the epoch that has just ended. */
  readonly epoch: number;
  readonly metrics: Metrics;
  /** The checkpoint from which the trial can resume after this epoch: complete and synced to disk before it is reported. */
  readonly checkpoint?: CheckpointFile;
  /** Confusion matrix of the validation samples, for metrics per class. */
  readonly classes?: ClassCounts;
  /**
   * Share, from 0 to 1, of this attempt's time in epochs so far that it waited for input. Not a metric: a timing, different on
   * every run.
   */
  readonly inputWait?: number;
}

export interface CheckpointFile {
  /** Its name within `TrainingContext.checkpointDir`. */
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal, of the whole file. */
  readonly sha256: string;
}

export interface ClassCounts {
  readonly names: readonly string[];
  /** Row-major [classes, classes]: row the label, column the prediction. */
  readonly confusion: readonly number[];
}

/** How often to save inside an epoch, besides after it. */
export type CheckpointEvery = { readonly steps: number } | { readonly seconds: number };

/** The answer to a report: the trainer goes on, or returns as soon as it can. */
export type Decision = 'continue' | 'stop';

export interface Progress {
  /** Counted from 1: the epoch under way. */
  readonly epoch: number;
  /** Number of epochs of the whole trial, if the trainer knows it. */
  readonly epochs?: number;
  /** Steps done in this epoch, of `steps`. */
  readonly step: number;
  readonly steps: number;
}

/** Work before the first step that takes long, for example decoding images. */
export interface Preparation {
  /** The unit of `total`, in the plural: `images`. Without a `total`, the work itself: `compiling`. */
  readonly preparing: string;
  readonly done?: number;
  readonly total?: number;
}

/** Names and types of a trainer's own parameters: `{ learning_rate: number; momentum?: number }`. */
export type ParamsLike<P> = { readonly [Name in keyof P]: ParamValue | undefined };

/**
 * Everything a trainer gets. It touches nothing else: no globals, no environment, no clock of its own for results.
 *
 * @typeParam P - the parameters that the trainer expects. Sweep files are not checked against it. Default: any
 */
export interface TrainingContext<P extends ParamsLike<P> = Params> {
  /** The trial's parameters, with the trainer's defaults filled in where it declares some. */
  readonly params: Readonly<P>;
  /** Every random choice comes from it: same seed, same result. */
  readonly seed: number;
  /** `cpu:0`, `gpu:1`, ...; the process sees this device alone. */
  readonly device: string;
  /** What the trainer's description says of this sweep, plain data; `undefined` for most trainers. */
  readonly settings?: unknown;
  /** Absolute path of the dataset, or what the sweep file says where that is no path; `undefined` where it says nothing. */
  readonly dataset: string | undefined;
  /** Absolute paths of the files that parameters name, by the value that names them: `./birds.safetensors`. */
  readonly files: Readonly<Record<string, string>>;
  /** A folder that is this trial's own and lasts between attempts. It exists. */
  readonly checkpointDir: string;
  /**
   * Epochs of earlier attempts that are recorded, from the first on. Go on from the newest checkpoint that is whole and has
   * not got further than this, or start anew; epochs reported again replace those recorded.
   */
  readonly recordedEpochs: number;
  /** `undefined`: save after each epoch alone. */
  readonly checkpointEvery: CheckpointEvery | undefined;
  /** Micro-batch: the most samples on the device at a time, if a whole batch did not fit; `undefined`: a whole batch. */
  readonly microBatch: number | undefined;
  /** A folder shared by all trials of all sweeps, for what can be made again. It exists. */
  readonly cacheDir: string;
  /** Aborted when the trial should end without waiting for its next report (a second Ctrl-C, a time limit). */
  readonly signal: AbortSignal;
  /** Hands in one epoch and waits until it is safely recorded and decided upon. */
  readonly report: (report: EpochReport) => Promise<Decision>;
  /**
   * Says how far the epoch under way is, or what comes before it. Free to call at every step. A trial that has begun to say
   * so and then says nothing for much longer than its steps take counts as hung.
   */
  readonly progress: (progress: Progress | Preparation) => void;
  /** Tells the user something that is worth knowing and does not end the trial. */
  readonly warn: (message: string) => void;
}

/** Trains one trial to its end. Throwing fails the attempt; returning completes it. */
export type Train<P extends ParamsLike<P> = Params> = (context: TrainingContext<P>) => Promise<void>;

/** The exports of a module named by `trainer:`. */
export interface TrainerModule<P extends ParamsLike<P> = Params> {
  readonly train: Train<P>;
}
