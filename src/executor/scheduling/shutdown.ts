/**
 * Levels of a shutdown, each of which includes those before it. `stopping`: no new trials, and running ones end at their next
 * report. `aborting`: running trials end as soon as they can. `killed`: at once.
 */
const LEVELS = ['none', 'stopping', 'aborting', 'killed'] as const;
export type ShutdownLevel = (typeof LEVELS)[number];

/** The shutdown of a sweep before its plan is done. Its level only ever rises, and the first error is the one reported. */
export class Shutdown {
  readonly #listeners: ((level: ShutdownLevel) => void)[] = [];
  readonly #stopping = new AbortController();
  #level: ShutdownLevel = 'none';
  #failure: { readonly error: unknown } | undefined;

  /** The error that caused the shutdown; `undefined` where the user asked for it. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Aborted as soon as any level is reached. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  reached(level: ShutdownLevel): boolean {
    return LEVELS.indexOf(this.#level) >= LEVELS.indexOf(level);
  }

  /** Raises the level; does nothing where it is as high already. */
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
