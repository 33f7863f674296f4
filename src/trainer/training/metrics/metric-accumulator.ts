import type { ClassCounts, Metrics } from '../../../core/trainer/training.js';
import type { StepOutputs } from '../../graph/program/program.js';
import type { Batch } from '../../data/input/batch.js';

/** Adds up what the steps of one pass over images return, and computes the pass's metrics. */
export interface MetricAccumulator {
  /** Takes `losses`, [batch], and `logits`, [batch, classes]. Ignores padding. Returns the batch's mean loss. */
  add(batch: Pick<Batch, 'labels' | 'targets' | 'count'>, outputs: StepOutputs): number;
  /** Metrics of all images added so far. Each name is prefixed with `prefix`; default: none. */
  metrics(prefix?: string): Metrics;
  /** State that `restore` of another accumulator with the same kind and number of classes takes. */
  state(): AccumulatorState;
  restore(state: AccumulatorState): void;
  /** Confusion matrix. `undefined` where an image can have several classes, because then no class is confused with another. */
  classes(names: readonly string[]): ClassCounts | undefined;
}

/** The sums of an accumulator as plain data, exact. Does not include the scores kept for ranking metrics. */
export interface AccumulatorState {
  /** Row-major [classes, classes]: row the label, column the prediction. */
  readonly confusion: readonly number[];
  readonly lossSum: number;
  readonly crossEntropySum: number;
  readonly count: number;
}
