/** The number of latest steps that the median is taken over. */
const KEPT = 64;
const COUNTERS = { signs: 0, steps: 1, saysProgress: 2 } as const;
const TIMES_AT = 16;

/**
 * Signs of life of one attempt, in memory shared by its thread and the host's main thread: a message for every step would cost
 * too much. Only the thread writes.
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

  /** How many signs of life the trainer has given. */
  get signs(): number {
    return Atomics.load(this.#counters, COUNTERS.signs);
  }

  /** Whether the trainer ever reported progress, not only epochs. */
  get saysProgress(): boolean {
    return Atomics.load(this.#counters, COUNTERS.saysProgress) > 0;
  }

  /** How many steps were timed. */
  get steps(): number {
    return Atomics.load(this.#counters, COUNTERS.steps);
  }

  /** Milliseconds; NaN before the first timed step. */
  get medianMs(): number {
    const known = this.#times.slice(0, Math.min(KEPT, this.steps)).sort();
    return known[known.length >> 1] ?? NaN;
  }

  /** A step is done. `now` in milliseconds, of any origin. */
  step(now: number): void {
    if (!this.saysProgress) this.#begin(now);
    else this.#time(now);
  }

  /** Some of the work before the first step is done. */
  prepare(): void {
    Atomics.store(this.#counters, COUNTERS.saysProgress, 1);
    this.#lastAt = undefined;
    this.#sign();
  }

  /** An epoch is reported. For a trainer that reports only epochs, epochs count as steps. */
  report(now: number): void {
    if (this.saysProgress) this.#sign();
    else this.#time(now);
  }

  /** A report is answered: the wait for the answer does not count as part of the next step. */
  answer(now: number): void {
    this.#lastAt = now;
    this.#sign();
  }

  /** The first step: forgets the epochs timed before it, which say nothing about the time of a step. */
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
