import type { StepClock } from './step-clock.js';

/** How long a trial may say nothing before it counts as hung. Milliseconds. */
export interface HangTimeouts {
  /** Least allowance between two steps; default 60,000. */
  readonly stepMs: number;
  /** A step may take so many times as long as the trial's median one; default 20. */
  readonly stepFactor: number;
  /** Allowance before steps are known (loading, decoding, compiling), and for trainers that report epochs alone; default 1,800,000. */
  readonly silenceMs: number;
  /** Whether a trainer that has not said anything yet is known to do so: one that may never do is waited for without end. */
  readonly saysProgress: boolean;
  /** How often to look; default 1,000. */
  readonly checkMs: number;
}

export const DEFAULT_HANG_TIMEOUTS: HangTimeouts = {
  stepMs: 60_000,
  stepFactor: 20,
  silenceMs: 30 * 60_000,
  saysProgress: false,
  checkMs: 1_000,
};

/** So many steps tell how long a step takes. */
const ENOUGH_STEPS = 3;

export interface Hang {
  /** How long nothing was said, and how long would have been fine. */
  readonly silentMs: number;
  readonly allowedMs: number;
}

interface Watched {
  readonly clock: StepClock;
  readonly onHung: (hang: Hang) => void;
  signs: number;
  since: number;
  /** Reports that have no answer yet: it is not the trainer who is slow. */
  unanswered: number;
}

/** Looks at the clocks of trials that train in other threads, and tells of each that has stopped. */
export class Watchdog {
  readonly #timeouts: HangTimeouts;
  readonly #watched = new Map<number, Watched>();
  #checkedAt: number;

  constructor(hangTimeouts: HangTimeouts, now: number) {
    this.#timeouts = hangTimeouts;
    this.#checkedAt = now;
  }

  watch(slot: number, clock: StepClock, onHung: (hang: Hang) => void, now: number): void {
    this.#watched.set(slot, { clock, onHung, signs: clock.signs, since: now, unanswered: 0 });
  }

  unwatch(slot: number): void {
    this.#watched.delete(slot);
  }

  /** The slot's trial waits for an answer (1), or has got one (-1). */
  wait(slot: number, change: 1 | -1): void {
    const watched = this.#watched.get(slot);
    if (watched !== undefined) watched.unanswered += change;
  }

  /** To be called every `checkMs`. Tells of a hang once. */
  check(now: number): void {
    // Called late, this process itself stood still: the machine was suspended, or has no time for anyone.
    const stoodStill = now - this.#checkedAt > 2 * this.#timeouts.checkMs + 100;
    this.#checkedAt = now;
    for (const [slot, watched] of this.#watched) {
      const { clock, onHung, unanswered, since } = watched;
      const { signs } = clock;
      if (stoodStill || unanswered > 0 || signs !== watched.signs) {
        watched.signs = signs;
        watched.since = now;
        continue;
      }
      const allowedMs = this.#allowance(clock);
      if (now - since <= allowedMs) continue;
      this.unwatch(slot);
      onHung({ silentMs: now - since, allowedMs });
    }
  }

  #allowance(clock: StepClock): number {
    const { stepMs, stepFactor, silenceMs, saysProgress } = this.#timeouts;
    if (clock.steps >= ENOUGH_STEPS) {
      return Math.max(clock.saysProgress ? stepMs : silenceMs, stepFactor * clock.medianMs);
    }
    return clock.saysProgress || saysProgress ? silenceMs : Infinity;
  }
}
