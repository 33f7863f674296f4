import type { Metrics } from '../core/training.js';
import type { Batch } from './data/batches.js';
import { ConfusionMatrix } from './metrics.js';
import type { StepOutputs } from './step/program.js';

/** Adds up what the steps of one pass over images return. */
export class EpochTally {
  readonly #confusion: ConfusionMatrix;
  readonly #predictions: Int32Array;
  #lossSum = 0;
  #count = 0;

  constructor(classes: number, batchSize: number) {
    this.#confusion = new ConfusionMatrix(classes);
    this.#predictions = new Int32Array(batchSize);
  }

  /** Takes `losses`, [batch], and `logits`, [batch, classes]; padding does not count. Returns the batch's mean loss. */
  add(batch: Batch, outputs: StepOutputs): number {
    const { classCount } = this.#confusion;
    let batchSum = 0;
    for (let index = 0; index < batch.count; index++) {
      batchSum += outputs['losses']![index]!;
      this.#predictions[index] = largest(outputs['logits']!, index * classCount, classCount);
    }
    this.#confusion.addBatch(batch.labels, this.#predictions, batch.count);
    this.#lossSum += batchSum;
    this.#count += batch.count;
    return batchSum / batch.count;
  }

  /** `loss`, `accuracy`, `macro_f1`, `balanced_accuracy` over all images so far, each name behind `prefix`. */
  metrics(prefix = ''): Metrics {
    const { accuracy, macroF1, balancedAccuracy } = this.#confusion.metrics();
    return {
      [`${prefix}loss`]: this.#lossSum / this.#count,
      [`${prefix}accuracy`]: accuracy,
      [`${prefix}macro_f1`]: macroF1,
      [`${prefix}balanced_accuracy`]: balancedAccuracy,
    };
  }
}

/** Place, from 0, of the largest of `count` values; of equal ones the first. */
function largest(values: Float32Array | Int32Array, start: number, count: number): number {
  let best = 0;
  for (let place = 1; place < count; place++) if (values[start + place]! > values[start + best]!) best = place;
  return best;
}
