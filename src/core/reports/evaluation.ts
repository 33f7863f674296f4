import type { ClassMetrics } from '../results/trial-details.js';
import type { Metrics } from '../trainer/training.js';

/** A model's metrics on labelled images. */
export interface Evaluation {
  readonly classNames: readonly string[];
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** Number of images that were evaluated. */
  readonly images: number;
  /** Which images of the dataset these are. */
  readonly part: EvaluatedPart;
  /** By the names of the trainer's validation metrics, without `val_`: `accuracy`, `macro_f1`, ... NaN where one is undefined. */
  readonly metrics: Metrics;
  /** In the order of `classNames`. */
  readonly classes: readonly ClassMetrics[];
  /** Row-major [classes, classes]: row the label, column the prediction; `undefined` if an image can have several classes. */
  readonly confusion: readonly number[] | undefined;
  /** From the least confident predictions to the most; none if an image can have several classes. */
  readonly calibration: readonly CalibrationBin[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * `all`: every image of the dataset. `held-out`: the validation or test images of a dataset that comes split. `validation`: the
 * images that the trial did not train on, of its own dataset.
 */
export type EvaluatedPart = 'all' | 'held-out' | 'validation';

/** Predictions of similar confidence. */
export interface CalibrationBin {
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Share of these predictions that are right. */
  readonly accuracy: number;
  readonly images: number;
}
