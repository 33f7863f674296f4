import type { StepClock } from './step-clock.js';

/** How long a trial may give no sign of life before it counts as hung. In milliseconds. */
export interface HangTimeouts {
  /** Minimum limit between two steps; default 60,000. */
  readonly stepMs: number;
  /** A step may take this many times the trial's median step; default 20. */
  readonly stepFactor: number;
  /** Limit before the first steps (loading, decoding, compiling) and for trainers that only report epochs; default 1,800,000. */
  readonly silenceMs: number;
  /** Whether the trainer is known to report progress. If not, there is no limit until it first does; default false. */
  readonly saysProgress: boolean;
  /** Interval of checks; default 1,000. */
  readonly checkMs: number;
}

export const DEFAULT_HANG_TIMEOUTS: HangTimeouts = {
  stepMs: 60_000,
  stepFactor: 20,
  silenceMs: 30 * 60_000,
  saysProgress: false,
  checkMs: 1_000,
};

/** How many steps it takes to know how long a step takes. */
const ENOUGH_STEPS = 3;

export interface Hang {
  /** Time without a sign of life, and its limit. */
  readonly silentMs: number;
  readonly allowedMs: number;
}

interface Watched {
  readonly clock: StepClock;
  readonly onHung: (hang: Hang) => void;
  signs: number;
  since: number;
  /** Reports without an answer: while there are any, the trainer is not the one that is slow. */
  unanswered: number;
}

/** Checks the step clocks of trials that train in other threads, and reports each trial that hangs. */
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

  /** The slot's trial waits for one more answer (1), or one fewer (-1). */
  wait(slot: number, change: 1 | -1): void {
    const watched = this.#watched.get(slot);
    if (watched !== undefined) watched.unanswered += change;
  }

  /** To be called every `checkMs`. Reports each hang once. */
  check(now: number): void {
    // A late call means that this process stood still itself: the machine was suspended or is overloaded.
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
      const allowedMs = this.#limit(clock);
      if (now - since <= allowedMs) continue;
      this.unwatch(slot);
      onHung({ silentMs: now - since, allowedMs });
    }
  }

  #limit(clock: StepClock): number {
    const { stepMs, stepFactor, silenceMs, saysProgress } = this.#timeouts;
    if (clock.steps >= ENOUGH_STEPS) {
      return Math.max(clock.saysProgress ? stepMs : silenceMs, stepFactor * clock.medianMs);
    }
    return clock.saysProgress || saysProgress ? silenceMs : Infinity;
  }
}
