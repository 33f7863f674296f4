import type { Evaluation } from '../../core/reports/evaluation.js';
import type { ClassMetrics } from '../../core/results/trial-details.js';
import { CalibrationError } from '../training/metrics/calibration-error.js';
import { ConfusionMatrix } from '../training/metrics/confusion-matrix.js';
import { createAccumulator } from '../training/metrics/create-accumulator.js';
import type { MetricAccumulator } from '../training/metrics/metric-accumulator.js';

export interface EvaluationSumsOptions {
  readonly classNames: readonly string[];
  readonly isMultiLabel: boolean;
  /** Number of images at most. */
  readonly images: number;
}

/** Adds up predictions of labelled images, and computes the same metrics as validation. */
export class EvaluationSums {
  readonly #classNames: readonly string[];
  readonly #isMultiLabel: boolean;
  readonly #accumulator: MetricAccumulator;
  readonly #calibration = new CalibrationError();
  #images = 0;

  constructor({ classNames, isMultiLabel, images }: EvaluationSumsOptions) {
    this.#classNames = classNames;
    this.#isMultiLabel = isMultiLabel;
    this.#accumulator = createAccumulator({ classes: classNames.length, isMultiLabel, ranked: images });
  }

  /** @param labels - classes of the image, at least one; @param probabilities - [classes] */
  add(labels: readonly number[], probabilities: Float32Array): void {
    const targets = new Float32Array(probabilities.length);
    for (const label of labels) targets[label] = 1;
    const logits = probabilities.map(this.#isMultiLabel ? logit : logarithm);
    const batch = { labels: Int32Array.of(labels[0]!), targets, count: 1 };
    // The losses of the trial's own loss are not known here, and no metric of the result needs them.
    this.#accumulator.add(batch, { losses: new Float32Array(1), logits });
    const confidence = Math.max(...probabilities);
    if (!this.#isMultiLabel) this.#calibration.add(confidence, probabilities.indexOf(confidence) === labels[0]);
    this.#images++;
  }

  result(): Pick<Evaluation, 'images' | 'metrics' | 'classes' | 'confusion' | 'calibration'> {
    const all = this.#accumulator.metrics();
    const metrics = Object.fromEntries(METRICS.flatMap((name) => (name in all ? [[name, all[name]!]] : [])));
    const confusion = this.#accumulator.classes(this.#classNames)?.confusion;
    const classes = confusion === undefined ? this.#classesOfSets() : classesOf(this.#classNames, confusion);
    return { images: this.#images, metrics, classes, confusion, calibration: this.#calibration.bins() };
  }

  /** The counts of an accumulator for several classes are [4, classes]: hits, false alarms, misses, rejections. */
  #classesOfSets(): ClassMetrics[] {
    const { confusion } = this.#accumulator.state();
    const count = this.#classNames.length;
    return this.#classNames.map((name, label) => {
      const [hits, alarms, misses] = [0, 1, 2].map((cell) => confusion[cell * count + label]!) as [number, number, number];
      const [precision, recall] = [ratio(hits, hits + alarms), ratio(hits, hits + misses)];
      return { name, precision, recall, f1: ratio(2 * hits, 2 * hits + alarms + misses), support: hits + misses };
    });
  }
}

function classesOf(names: readonly string[], confusion: readonly number[]): ClassMetrics[] {
  const matrix = new ConfusionMatrix(names.length);
  matrix.counts.set(confusion);
  return matrix.metrics().classes.map((metrics, index) => ({ name: names[index]!, ...metrics }));
}

/** Metrics of a result, in their order: all of validation's but the loss, which needs the trial's own. */
const METRICS = [
  ...['accuracy', 'macro_f1', 'balanced_accuracy', 'top5_accuracy', 'auroc', 'cross_entropy', 'ece'],
];

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The smallest probability with a finite logarithm in single precision. */
const LEAST = 1e-38;

/** A softmax of these gives the probabilities again. */
const logarithm = (probability: number): number => Math.log(Math.max(probability, LEAST));

/** The inverse of the sigmoid. */
const logit = (probability: number): number => {
  const inside = Math.min(1 - 1e-7, Math.max(LEAST, probability));
  return Math.log(inside) - Math.log1p(-inside);
};
