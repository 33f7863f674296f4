import type { Trial } from '../../core/trial.js';

/** A trial that is to be tried next. */
export interface Assignment {
  readonly trial: Trial;
  /** Attempts at it so far, in this run of the sweep and earlier ones. */
  readonly attempts: number;
  /** How many of them failed in a way that counts, since the trial last failed for good. */
  readonly failures: number;
  /** Epochs of theirs that count, from the first on; what comes after is trained again. */
  readonly recordedEpochs: number;
  /** Samples on the device at a time, `all` of a batch or so many; default: as many as others have found to fit. */
  readonly microBatch?: number | 'all' | undefined;
}

/** Hands out assignments to whoever asks, taking each from the iterator only when it is asked for, one at a time. */
export class AssignmentSource {
  readonly #iterator: AsyncIterator<Assignment> | Iterator<Assignment>;
  readonly #waiting: ((assignment: Assignment | undefined) => void)[] = [];
  readonly #onError: (error: unknown) => void;
  #pulling = false;
  #closed = false;

  /** `onError` hears of what the iterator throws; to those who ask, the source is then at its end. */
  constructor(iterator: AsyncIterator<Assignment> | Iterator<Assignment>, onError: (error: unknown) => void) {
    this.#iterator = iterator;
    this.#onError = onError;
  }

  /** The next assignment; undefined at the end, and at once when the source is closed. */
  next(): Promise<Assignment | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#pulling) void this.#pull();
    });
  }

  /** Ends it for all who wait; an assignment on its way is dropped, nobody has begun with it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    // A generator waits with its `return` until the step under way is done, which may be never.
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
