/** Duration in milliseconds, and the part of it spent waiting for batches. */
export interface Wait {
  readonly elapsedMs: number;
  readonly waitedMs: number;
}

/** Above this share of an epoch, the preparation of images limits the speed. */
const TOLERATED_SHARE = 0.05;
/** A shorter wait is the start of the thread, which no setting avoids. */
const TOLERATED_MS = 1_000;

/** Sums up the time that an attempt waits for input, and warns once if it is worth changing a setting. */
export class InputWait {
  readonly #warn: (message: string) => void;
  #elapsedMs = 0;
  #waitedMs = 0;
  #hasWarned = false;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Adds an epoch's wait. Returns the share of waiting in all epochs so far, from 0 to 1. */
  add(epoch: number, { elapsedMs, waitedMs }: Wait): number {
    this.#elapsedMs += elapsedMs;
    this.#waitedMs += waitedMs;
    const share = shareOf(waitedMs, elapsedMs);
    if (!this.#hasWarned && share > TOLERATED_SHARE && waitedMs > TOLERATED_MS) {
      this.#hasWarned = true;
      this.#warn(
        `epoch ${epoch} spent ${Math.round(100 * share)} % of its time waiting for images: ` +
          'a smaller image_size, a weaker augment or fewer slots would reduce this',
      );
    }
    return shareOf(this.#waitedMs, this.#elapsedMs);
  }
}

/** The duration can be 0 with a coarse clock. */
const shareOf = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);
