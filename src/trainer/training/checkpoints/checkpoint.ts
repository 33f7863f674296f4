import type { Params } from '../../../core/parameters.js';
import type { Metrics } from '../../../core/training.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import type { ModelOptions } from '../../networks/model.js';
import type { StepState } from '../../graph/program/program.js';

/** Everything that a trial needs to go on as if it had never ended. */
export interface Checkpoint {
  readonly owner: CheckpointOwner;
  readonly place: TrialPlace;
  /** Metrics of the epochs that are done, from the first on: which was the best, and whether they still get better. */
  readonly history: readonly Metrics[];
  /** What parameters do not say of how a model with these weights predicts; `undefined`: Keras' arithmetic, one class each. */
  readonly inference?: InferenceFacts | undefined;
  /** Weights, what the optimizer remembers, running means: all arrays that change from step to step. */
  readonly state: StepState;
}

export interface InferenceFacts {
  /** Of the weights that training started from. */
  readonly arithmetic?: Pick<ModelOptions, 'variant' | 'scaling'> | undefined;
  /** Whether an image can have several classes. */
  readonly isMultiLabel?: true | undefined;
}

/** Whose checkpoint it is. A trial goes on from its own alone: parameters, seed, data and arithmetic have to be the same. */
export interface CheckpointOwner {
  /** Name and version, `image-classifier@1`. */
  readonly trainer: string;
  readonly seed: number;
  /** Those that its epochs follow from: without their number, unless they depend on it. */
  readonly params: Params;
  readonly classNames: readonly string[];
  /** Images to train on. */
  readonly images: number;
}

/** How far a trial is. Order of the data, augmentation and noise follow from this and the seed; nothing of them is kept. */
export interface TrialPlace {
  /** Epochs that are done. */
  readonly epoch: number;
  /** What is done of the epoch after; `undefined` between two epochs. */
  readonly within: EpochPlace | undefined;
}

export interface EpochPlace {
  /** Training steps taken; all of them where validation is under way. */
  readonly step: number;
  /** Sums over these steps, of which the epoch's metrics are made. */
  readonly sums: AccumulatorState;
}

/** What can be saved and go on later: the same from there on, to the last bit. */
export interface Resumable {
  readonly owner: CheckpointOwner;
  /** Where it stands after `place`, which is where it is. */
  snapshot(place: TrialPlace): Omit<Checkpoint, 'owner'>;
  /** Throws, and stays as it is, where the arrays are not its own. */
  restore(checkpoint: Checkpoint): void;
}
