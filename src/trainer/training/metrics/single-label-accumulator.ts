import type { ClassCounts, Metrics } from '../../../core/trainer/training.js';
import type { Batch } from '../../data/input/batch.js';
import { macroAuroc } from './auroc.js';
import { CalibrationError } from './calibration-error.js';
import { ConfusionMatrix } from './confusion-matrix.js';
import type { AccumulatorState, MetricAccumulator } from './metric-accumulator.js';
import { softmaxRow } from './probabilities.js';
import type { StepOutputs } from '../../graph/program/program.js';

export interface SingleLabelOptions {
  readonly classes: number;
  /**
   * Number of images in the pass. With it the metrics include those that need the scores of all images: AUROC, expected
   * calibration error, top-5 accuracy. Default: without them.
   */
  readonly ranked?: number;
}

/** Metrics of a dataset whose images have one class each. */
export class SingleLabelAccumulator implements MetricAccumulator {
  readonly #confusion: ConfusionMatrix;
  readonly #probabilities: Float64Array;
  readonly #ranking: Ranking | undefined;
  #lossSum = 0;
  #crossEntropySum = 0;
  #count = 0;

  constructor({ classes, ranked }: SingleLabelOptions) {
    this.#confusion = new ConfusionMatrix(classes);
    this.#probabilities = new Float64Array(classes);
    this.#ranking = ranked === undefined ? undefined : new Ranking(classes, ranked);
  }

  add(batch: Pick<Batch, 'labels' | 'count'>, outputs: StepOutputs): number {
    const { classCount } = this.#confusion;
    const { losses, logits } = outputs as { losses: Float32Array; logits: Float32Array };
    let batchSum = 0;
    for (let index = 0; index < batch.count; index++) {
      const label = batch.labels[index]!;
      const start = index * classCount;
      batchSum += losses[index]!;
      this.#crossEntropySum -= softmaxRow(logits, start, classCount, label, this.#probabilities);
      const prediction = largest(logits, start, classCount);
      this.#confusion.add(label, prediction);
      this.#ranking?.add(logits, start, { label, prediction, probabilities: this.#probabilities });
    }
    this.#lossSum += batchSum;
    this.#count += batch.count;
    return batchSum / batch.count;
  }

  /**
   * `loss`; `cross_entropy` (natural logarithm, whichever loss is trained with); `accuracy`; `macro_f1`; `balanced_accuracy`;
   * with `ranked` also `top5_accuracy`, `auroc` and `ece`.
   */
  metrics(prefix = ''): Metrics {
    const { accuracy, macroF1, balancedAccuracy } = this.#confusion.metrics();
    const metrics = {
      loss: this.#lossSum / this.#count,
      cross_entropy: this.#crossEntropySum / this.#count,
      accuracy,
      macro_f1: macroF1,
      balanced_accuracy: balancedAccuracy,
      ...this.#ranking?.metrics(),
    };
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}${name}`, value]));
  }

  state(): AccumulatorState {
    return {
      confusion: Array.from(this.#confusion.counts),
      lossSum: this.#lossSum,
      crossEntropySum: this.#crossEntropySum,
      count: this.#count,
    };
  }

  restore({ confusion, lossSum, crossEntropySum, count }: AccumulatorState): void {
    this.#confusion.counts.set(confusion);
    this.#lossSum = lossSum;
    this.#crossEntropySum = crossEntropySum;
    this.#count = count;
  }

  classes(names: readonly string[]): ClassCounts {
    return { names, confusion: Array.from(this.#confusion.counts) };
  }
}

interface Ranked {
  readonly label: number;
  readonly prediction: number;
  readonly probabilities: Float64Array;
}

const TOP = 5;

/** Metrics that need all scores of an image, not only the highest. */
class Ranking {
  readonly #classes: number;
  readonly #scores: Float32Array;
  readonly #labels: Int32Array;
  readonly #calibration = new CalibrationError();
  #among = 0;
  #count = 0;

  constructor(classes: number, images: number) {
    this.#classes = classes;
    this.#scores = new Float32Array(images * classes);
    this.#labels = new Int32Array(images);
  }

  add(logits: Float32Array, start: number, { label, prediction, probabilities }: Ranked): void {
    this.#calibration.add(probabilities[prediction]!, prediction === label);
    const own = logits[start + label]!;
    let higher = 0;
    for (let place = 0; place < this.#classes; place++) if (logits[start + place]! > own) higher++;
    if (higher < TOP) this.#among++;
    this.#scores.set(probabilities, this.#count * this.#classes);
    this.#labels[this.#count] = label;
    this.#count++;
  }

  metrics(): Metrics {
    const scores = this.#scores.subarray(0, this.#count * this.#classes);
    const auroc = macroAuroc(scores, this.#labels.subarray(0, this.#count), this.#classes);
    return { top5_accuracy: this.#among / this.#count, auroc, ece: this.#calibration.value() };
  }
}

/** Index, from 0, of the largest of `count` values. The first one wins a tie. */
function largest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let place = 1; place < count; place++) if (values[start + place]! > values[start + best]!) best = place;
  return best;
}
