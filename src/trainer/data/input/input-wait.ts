/** How long something took, in milliseconds, and how much of that went by in waiting for a batch. */
export interface Wait {
  readonly elapsedMs: number;
  readonly waitedMs: number;
}

/** Above this share of an epoch, preparing images is what decides how fast it goes. */
const TOLERATED_SHARE = 0.05;
/** Less than this is the start of a thread, and nothing that another setting would save. */
const TOLERATED_MS = 1_000;

/** Adds up over the epochs of an attempt how much of them it waited for input, and warns once where that is worth doing something. */
export class InputWait {
  readonly #warn: (message: string) => void;
  #elapsedMs = 0;
  #waitedMs = 0;
  #isTold = false;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Takes an epoch's. Returns the share of all so far, from 0 to 1. */
  add(epoch: number, { elapsedMs, waitedMs }: Wait): number {
    this.#elapsedMs += elapsedMs;
    this.#waitedMs += waitedMs;
    const share = shareOf(waitedMs, elapsedMs);
    if (!this.#isTold && share > TOLERATED_SHARE && waitedMs > TOLERATED_MS) {
      this.#isTold = true;
      this.#warn(
        `${Math.round(100 * share)} % of epoch ${epoch} went by in waiting for images: ` +
          'a smaller image_size, a weaker augment or fewer slots would let them keep up',
      );
    }
    return shareOf(this.#waitedMs, this.#elapsedMs);
  }
}

/** Clocks of a coarse grain may have something last no time at all. */
const shareOf = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);
