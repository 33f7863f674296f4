import type { ClassCounts, Metrics } from '../../../core/training.js';
import { EpochTally, type TallyState } from './epoch-tally.js';
import type { Batch } from '../../data/input/batch.js';
import { MultiLabelTally } from './multi-label-tally.js';
import type { StepOutputs } from '../../graph/program/program.js';

/** Adds up what the steps of one pass over images return. */
export interface Tally {
  /** Takes `losses`, [batch], and `logits`, [batch, classes]; padding does not count. Returns the batch's mean loss. */
  add(batch: Pick<Batch, 'labels' | 'targets' | 'count'>, outputs: StepOutputs): number;
  /** Over all images so far, each name behind `prefix`. */
  metrics(prefix?: string): Metrics;
  /** To be given to `restore` of another tally of the same kind and classes. */
  state(): TallyState;
  restore(state: TallyState): void;
  /** What was predicted for what; `undefined` where an image can have several classes, and so no confusion of one with another. */
  classes(names: readonly string[]): ClassCounts | undefined;
}

export interface TallyOptions {
  readonly classes: number;
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** As in `EpochTallyOptions`. */
  readonly ranked?: number;
}

/** The tally that fits a dataset. */
export function createTally({ isMultiLabel, ...options }: TallyOptions): Tally {
  return isMultiLabel ? new MultiLabelTally(options.classes) : new EpochTally(options);
}
