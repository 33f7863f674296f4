import type { Params } from '../../../core/parameters.js';
import type { Metrics } from '../../../core/trainer/training.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import type { ModelOptions } from '../../networks/model.js';
import type { StepState } from '../../graph/program/program.js';

/** Everything that a trial needs to resume exactly where it was. */
export interface Checkpoint {
  readonly owner: CheckpointOwner;
  readonly place: TrialPlace;
  /** Metrics of the complete epochs, from the first on. The plateau schedule needs them. */
  readonly history: readonly Metrics[];
  /** Facts needed for prediction that the parameters do not contain. `undefined`: Keras' arithmetic, one class per image. */
  readonly inference?: InferenceFacts | undefined;
  /** Weights, optimizer slots and scalars, moving statistics: all arrays that change from step to step. */
  readonly state: StepState;
}

export interface InferenceFacts {
  /** Layer variant and pixel scaling of the weights that training started from. */
  readonly arithmetic?: Pick<ModelOptions, 'variant' | 'scaling'> | undefined;
  /** Whether an image can have several classes. */
  readonly isMultiLabel?: true | undefined;
}

/** Identifies the trial that wrote a checkpoint. A trial resumes only from a checkpoint with an equal owner. */
export interface CheckpointOwner {
  /** Name and version, `image-classifier@1`. */
  readonly trainer: string;
  readonly seed: number;
  /** Parameters from `decisiveParams`: without `epochs`, unless the schedule depends on it. */
  readonly params: Params;
  readonly classNames: readonly string[];
  /** Number of training images. */
  readonly images: number;
}

/** How far a trial is. Data order, augmentation and noise are computed from this and the seed, so they are not saved. */
export interface TrialPlace {
  /** Number of complete epochs. */
  readonly epoch: number;
  /** Position inside the next epoch; `undefined` between two epochs. */
  readonly within: EpochPlace | undefined;
}

export interface EpochPlace {
  /** Training steps done. During validation: all training steps of the epoch. */
  readonly step: number;
  /** Metric sums over these steps. */
  readonly sums: AccumulatorState;
}

/** Something that can be saved and resumed. After a resume it continues bit for bit as if it had not been interrupted. */
export interface Resumable {
  readonly owner: CheckpointOwner;
  /** The current state. `place` must be the current position. */
  snapshot(place: TrialPlace): Omit<Checkpoint, 'owner'>;
  /** @throws InputError STEP_STATE if the arrays do not fit; nothing is changed then */
  restore(checkpoint: Checkpoint): void;
}
