import type { Metrics } from '../../../core/trainer/training.js';
import type { AccumulatorState, MetricAccumulator } from './metric-accumulator.js';
import type { Batch } from '../../data/input/batch.js';
import type { StepOutputs } from '../../graph/program/program.js';

/**
 * Metrics of a dataset whose images can have several classes. A class is predicted if its probability (sigmoid) is 0.5 or
 * more, and present if its target is 0.5 or more.
 */
export class MultiLabelAccumulator implements MetricAccumulator {
  readonly #classCount: number;
  /** True positives, false positives, false negatives and true negatives of each class: [4, classes]. */
  readonly #counts: Float64Array;
  #lossSum = 0;
  #crossEntropySum = 0;
  #exact = 0;
  #count = 0;

  constructor(classes: number) {
    this.#classCount = classes;
    this.#counts = new Float64Array(4 * classes);
  }

  add(batch: Pick<Batch, 'targets' | 'count'>, outputs: StepOutputs): number {
    const classes = this.#classCount;
    const { losses, logits } = outputs as { losses: Float32Array; logits: Float32Array };
    let batchSum = 0;
    for (let index = 0; index < batch.count; index++) {
      batchSum += losses[index]!;
      let entropy = 0;
      let isExact = true;
      for (let label = 0; label < classes; label++) {
        const [logit, target] = [logits[index * classes + label]!, batch.targets[index * classes + label]!];
        entropy += Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
        const [isPredicted, isPresent] = [logit >= 0, target >= 0.5];
        isExact &&= isPredicted === isPresent;
        const cell = isPresent ? (isPredicted ? 0 : 2) : isPredicted ? 1 : 3;
        this.#counts[cell * classes + label]!++;
      }
      this.#crossEntropySum += entropy / classes;
      if (isExact) this.#exact++;
    }
    this.#lossSum += batchSum;
    this.#count += batch.count;
    return batchSum / batch.count;
  }

  /**
   * `loss`; `cross_entropy`: binary, averaged over the classes; `accuracy`: share of images with every class right; `macro_f1`
   * and `balanced_accuracy`: averaged over the classes. A division by zero gives 0.
   */
  metrics(prefix = ''): Metrics {
    const of = (cell: number, label: number): number => this.#counts[cell * this.#classCount + label]!;
    const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    let [f1, balanced] = [0, 0];
    for (let label = 0; label < this.#classCount; label++) {
      const [hits, alarms, misses, rejections] = [of(0, label), of(1, label), of(2, label), of(3, label)];
      f1 += ratio(2 * hits, 2 * hits + alarms + misses);
      balanced += (ratio(hits, hits + misses) + ratio(rejections, rejections + alarms)) / 2;
    }
    const metrics = {
      loss: this.#lossSum / this.#count,
      cross_entropy: this.#crossEntropySum / this.#count,
      accuracy: this.#exact / this.#count,
      macro_f1: f1 / this.#classCount,
      balanced_accuracy: balanced / this.#classCount,
    };
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}${name}`, value]));
  }

  /** `confusion` holds the counts of each class, then the number of images with every class right. */
  state(): AccumulatorState {
    return {
      confusion: [...this.#counts, this.#exact],
      lossSum: this.#lossSum,
      crossEntropySum: this.#crossEntropySum,
      count: this.#count,
    };
  }

  restore({ confusion, lossSum, crossEntropySum, count }: AccumulatorState): void {
    this.#counts.set(confusion.slice(0, -1));
    this.#exact = confusion.at(-1)!;
    this.#lossSum = lossSum;
    this.#crossEntropySum = crossEntropySum;
    this.#count = count;
  }

  classes(): undefined {
    return undefined;
  }
}
