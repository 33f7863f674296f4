import type { MetricAccumulator } from './metric-accumulator.js';
import { MultiLabelAccumulator } from './multi-label-accumulator.js';
import { SingleLabelAccumulator } from './single-label-accumulator.js';

export interface AccumulatorOptions {
  readonly classes: number;
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** As in `SingleLabelOptions`. */
  readonly ranked?: number;
}

/** The accumulator for a dataset of this kind. */
export function createAccumulator({ isMultiLabel, ...options }: AccumulatorOptions): MetricAccumulator {
  return isMultiLabel ? new MultiLabelAccumulator(options.classes) : new SingleLabelAccumulator(options);
}
