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

/** Creates the accumulator for datasets with one class per image, or with several. */
export function createAccumulator({ isMultiLabel, ...options }: AccumulatorOptions): MetricAccumulator {
  return isMultiLabel ? new MultiLabelAccumulator(options.classes) : new SingleLabelAccumulator(options);
}
