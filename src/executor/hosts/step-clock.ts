/** So many of the latest steps count for the median. */
const KEPT = 64;
const COUNTERS = { signs: 0, steps: 1, saysProgress: 2 } as const;
const TIMES_AT = 16;

/**
 * Signs of life of one attempt, in memory that its thread and its host's main thread share: the thread is busy for the whole
 * of a step, and messages about every step would be too many. Written by the thread alone.
 */
export class StepClock {
  readonly buffer: SharedArrayBuffer;
  readonly #counters: Int32Array;
  /** Milliseconds that the latest steps took, the oldest overwritten first. */
  readonly #times: Float64Array;
  #lastAt: number | undefined;

  constructor(buffer = new SharedArrayBuffer(TIMES_AT + 8 * KEPT)) {
    this.buffer = buffer;
    this.#counters = new Int32Array(buffer, 0, 3);
    this.#times = new Float64Array(buffer, TIMES_AT, KEPT);
  }

  /** Counts whatever the trainer has said. */
  get signs(): number {
    return Atomics.load(this.#counters, COUNTERS.signs);
  }

  /** Whether the trainer has ever said how far it is, other than by reporting epochs. */
  get saysProgress(): boolean {
    return Atomics.load(this.#counters, COUNTERS.saysProgress) > 0;
  }

  /** Steps that were timed. */
  get steps(): number {
    return Atomics.load(this.#counters, COUNTERS.steps);
  }

  /** Milliseconds that a step takes. */
  get medianMs(): number {
    const known = this.#times.slice(0, Math.min(KEPT, this.steps)).sort();
    return known[known.length >> 1] ?? NaN;
  }

  /** A step is done; `now` in milliseconds. */
  step(now: number): void {
    if (!this.saysProgress) this.#begin(now);
    else this.#time(now);
  }

  /** Something is done before the first step. */
  prepare(): void {
    Atomics.store(this.#counters, COUNTERS.saysProgress, 1);
    this.#lastAt = undefined;
    this.#sign();
  }

  /** An epoch is reported. Where nothing else is ever said, epochs are the steps. */
  report(now: number): void {
    if (this.saysProgress) this.#sign();
    else this.#time(now);
  }

  /** A report is answered: what the trainer waited for does not belong to its next step. */
  answer(now: number): void {
    this.#lastAt = now;
    this.#sign();
  }

  /** Epochs that were timed before the first step do not tell how long steps take. */
  #begin(now: number): void {
    Atomics.store(this.#counters, COUNTERS.steps, 0);
    Atomics.store(this.#counters, COUNTERS.saysProgress, 1);
    this.#lastAt = now;
    this.#sign();
  }

  #time(now: number): void {
    if (this.#lastAt !== undefined) {
      this.#times[this.steps % KEPT] = now - this.#lastAt;
      Atomics.add(this.#counters, COUNTERS.steps, 1);
    }
    this.#lastAt = now;
    this.#sign();
  }

  #sign(): void {
    Atomics.add(this.#counters, COUNTERS.signs, 1);
  }
}
