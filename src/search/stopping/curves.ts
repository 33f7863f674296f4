import type { Observation } from '../../core/trial/observation.js';
import { curveOf, type Curve, type CurveOptions } from './curve.js';

/** What a column holds of a curve; `undefined` as long as the curve has no such value. */
export type Extract = (curve: Curve) => number | undefined;

/**
 * The curves of a sweep with sorted columns of what rules compare, such as all values in epoch 3. A column is computed when a
 * rule first asks for it; from then on each change of a trial costs a binary search. Everything follows from the rows: another
 * process that loads the same rows gives the same answers.
 */
export class Curves {
  /** Whether every trial that the sweep declares has begun. */
  isClosed = false;
  readonly #options: CurveOptions;
  readonly #curves = new Map<number, Curve>();
  readonly #columns = new Map<string, Column>();

  constructor(options: CurveOptions, rows: Iterable<Observation> = []) {
    this.#options = options;
    for (const row of rows) this.update(row);
  }

  get size(): number {
    return this.#curves.size;
  }

  get(trialId: number): Curve | undefined {
    return this.#curves.get(trialId);
  }

  /** All curves in the order in which the rows of their trials were committed. */
  all(): Iterable<Curve> {
    return this.#curves.values();
  }

  /** Takes a new trial, or one that has changed. */
  update(trial: Observation): void {
    const before = this.#curves.get(trial.id);
    const after = curveOf(trial, this.#options);
    this.#curves.set(trial.id, after);
    for (const column of this.#columns.values()) column.replace(before, after);
  }

  /**
   * Values of all curves of a stratum in ascending order.
   *
   * @param name - of what `extract` gives; asked for again, the column of this name and stratum is returned
   */
  column(name: string, stratum: string, extract: Extract): readonly number[] {
    const key = `${name} ${stratum}`;
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new Column((curve) => (curve.stratum === stratum ? extract(curve) : undefined), this.all());
      this.#columns.set(key, column);
    }
    return column.values;
  }
}

class Column {
  readonly values: number[];
  readonly #extract: Extract;

  constructor(extract: Extract, curves: Iterable<Curve>) {
    this.#extract = extract;
    this.values = [...curves].flatMap((curve) => extract(curve) ?? []).sort((a, b) => a - b);
  }

  replace(before: Curve | undefined, after: Curve): void {
    const old = before && this.#extract(before);
    const current = this.#extract(after);
    if (old === current) return;
    if (old !== undefined) this.values.splice(lowerBound(this.values, old), 1);
    if (current !== undefined) this.values.splice(lowerBound(this.values, current), 0, current);
  }
}

/** Number of values below `value`, in ascending `values`. */
export function lowerBound(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
