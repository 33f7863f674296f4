/**
 * How far a sweep has been told to end; each includes those before it. `stopping`: no new trials, running ones end at their
 * next report. `aborting`: they end as soon as they can. `killed`: now.
 */
const LEVELS = ['none', 'stopping', 'aborting', 'killed'] as const;
export type ShutdownLevel = (typeof LEVELS)[number];

/** Why and how a sweep ends before its plan does. It only ever gets more urgent, and the first error is the one that counts. */
export class Shutdown {
  readonly #listeners: ((level: ShutdownLevel) => void)[] = [];
  readonly #stopping = new AbortController();
  #level: ShutdownLevel = 'none';
  #failure: { readonly error: unknown } | undefined;

  /** What went wrong, where the sweep does not end because the user wants it to. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Aborted as soon as the sweep ends in any way. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  reached(level: ShutdownLevel): boolean {
    return LEVELS.indexOf(this.#level) >= LEVELS.indexOf(level);
  }

  /** Ends the sweep so, unless it ends more urgently already. */
  reach(level: ShutdownLevel, failure?: { readonly error: unknown }): void {
    this.#failure ??= failure;
    if (this.reached(level)) return;
    this.#level = level;
    this.#stopping.abort();
    for (const listener of this.#listeners) listener(level);
  }

  onChange(listener: (level: ShutdownLevel) => void): void {
    this.#listeners.push(listener);
  }
}
