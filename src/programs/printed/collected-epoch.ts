import type { Reports } from '../reports/reports.js';

/** Metrics of an epoch that a program prints piece by piece. */
export class CollectedEpoch {
  readonly #reports: Reports;
  #metrics: Record<string, number> = {};
  #epoch: number | undefined;
  #reported = 0;

  constructor(reports: Reports) {
    this.#reports = reports;
  }

  /** Its number; `undefined` as long as none was printed. */
  get epoch(): number | undefined {
    return this.#epoch;
  }

  /** The last epoch that was reported with its number; 0 before the first. */
  get reported(): number {
    return this.#reported;
  }

  has(metric: string): boolean {
    return Object.hasOwn(this.#metrics, metric);
  }

  add(epoch: number | undefined, metrics: Readonly<Record<string, number>>): void {
    this.#epoch = epoch ?? this.#epoch;
    Object.assign(this.#metrics, metrics);
  }

  /** Reports what was collected, and begins anew; `undefined` if there is nothing. */
  end(): Promise<unknown> | undefined {
    const [epoch, metrics] = [this.#epoch, this.#metrics];
    this.#epoch = undefined;
    this.#metrics = {};
    if (Object.keys(metrics).length === 0) return undefined;
    this.#reported = epoch ?? this.#reported;
    return this.#reports.report({ epoch, metrics });
  }
}
