/** Metrics of one class against all others. */
export interface ClassMetrics {
  /** Share of the predictions of this class that are right; 0 without predictions. */
  readonly precision: number;
  /** Share of the samples of this class that are found; 0 without samples. */
  readonly recall: number;
  /** Harmonic mean of precision and recall; 0 if both are 0. */
  readonly f1: number;
  /** Number of samples of this class. */
  readonly support: number;
}

export interface ClassificationMetrics {
  readonly accuracy: number;
  /** Unweighted mean of F1 over the classes that occur in labels or predictions. */
  readonly macroF1: number;
  /** Unweighted mean of recall over the classes that occur in labels. */
  readonly balancedAccuracy: number;
  readonly classes: readonly ClassMetrics[];
}

/** Counts of (label, prediction) pairs, filled batch by batch. */
export class ConfusionMatrix {
  readonly classCount: number;
  /** Row-major [classCount, classCount]: row the label, column the prediction. */
  readonly counts: Float64Array;

  constructor(classCount: number) {
    this.classCount = classCount;
    this.counts = new Float64Array(classCount * classCount);
  }

  /** @throws RangeError if the label or the prediction is not a class */
  add(label: number, prediction: number): void {
    if (!this.#isClass(label) || !this.#isClass(prediction)) {
      throw new RangeError(`label ${label}, prediction ${prediction}: there are classes 0 to ${this.classCount - 1}`);
    }
    this.counts[label * this.classCount + prediction]!++;
  }

  /** Adds the first `count` samples of a batch; the others are padding. */
  addBatch(labels: Int32Array, predictions: Int32Array, count = labels.length): void {
    for (let index = 0; index < count; index++) this.add(labels[index]!, predictions[index]!);
  }

  /**
   * Metrics by scikit-learn's rules (`accuracy_score`, `f1_score(average='macro')`, `balanced_accuracy_score` and
   * `precision_recall_fscore_support` with their defaults; a division by zero gives 0). A class that occurs in neither labels
   * nor predictions is left out of macro F1; a class without labels is left out of balanced accuracy. Without samples, all
   * means are NaN.
   */
  metrics(): ClassificationMetrics {
    const classes: ClassMetrics[] = [];
    const f1s: number[] = [];
    const recalls: number[] = [];
    let [total, correct] = [0, 0];
    for (let index = 0; index < this.classCount; index++) {
      const hits = this.counts[index * this.classCount + index]!;
      let [support, predicted] = [0, 0];
      for (let other = 0; other < this.classCount; other++) {
        support += this.counts[index * this.classCount + other]!;
        predicted += this.counts[other * this.classCount + index]!;
      }
      const recall = ratio(hits, support);
      const f1 = ratio(2 * hits, support + predicted);
      classes.push({ precision: ratio(hits, predicted), recall, f1, support });
      if (support + predicted > 0) f1s.push(f1);
      if (support > 0) recalls.push(recall);
      total += support;
      correct += hits;
    }
    return { accuracy: correct / total, macroF1: mean(f1s), balancedAccuracy: mean(recalls), classes };
  }

  #isClass(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.classCount;
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
