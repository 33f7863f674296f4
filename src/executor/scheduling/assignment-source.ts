import type { Trial } from '../../core/trial/trial.js';

/** A trial to run, with what earlier runs know about it. */
export interface Assignment {
  readonly trial: Trial;
  /** Attempts at it so far, in this run of the sweep and earlier ones. */
  readonly attempts: number;
  /** How many of them failed and count towards `maxAttempts`, since the trial last failed for good. */
  readonly failures: number;
  /** The last recorded epoch, counted from 1; later epochs are trained again. */
  readonly recordedEpochs: number;
  /** Samples of a micro-batch, or `all` of the batch; default: as many as the OOM history suggests. */
  readonly microBatch?: number | 'all' | undefined;
}

/** Hands out assignments to slots. Pulls one at a time from the iterator, and only when a slot asks. */
export class AssignmentSource {
  readonly #iterator: AsyncIterator<Assignment> | Iterator<Assignment>;
  readonly #waiting: ((assignment: Assignment | undefined) => void)[] = [];
  readonly #onError: (error: unknown) => void;
  #pulling = false;
  #closed = false;

  /** @param onError - called with an error that the iterator throws, which also ends the source */
  constructor(iterator: AsyncIterator<Assignment> | Iterator<Assignment>, onError: (error: unknown) => void) {
    this.#iterator = iterator;
    this.#onError = onError;
  }

  /** The next assignment; `undefined` at the end, or as soon as the source is closed. */
  next(): Promise<Assignment | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#pulling) void this.#pull();
    });
  }

  /** Ends the source for all that wait. An assignment that is being pulled is dropped: its trial has not begun. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    // Not awaited: a generator's `return` waits for the pull under way, which may never end.
    this.#release().catch(this.#onError);
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    try {
      while (this.#waiting.length > 0) {
        const result = await this.#iterator.next();
        if (this.#closed) return;
        if (result.done === true) return this.close();
        this.#waiting.shift()!(result.value);
      }
    } catch (error) {
      this.#onError(error);
      this.close();
    } finally {
      this.#pulling = false;
    }
  }

  async #release(): Promise<void> {
    await this.#iterator.return?.();
  }
}
