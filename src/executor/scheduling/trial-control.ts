/**
 * What is asked of one trial while it is under way. `stop` and `pause`: after the epoch under way. `end`: now, by the user or
 * because its time is over.
 */
export type TrialRequest =
  | { readonly type: 'stop' | 'pause' }
  | { readonly type: 'end'; readonly why: 'cancelled' | 'time-limit'; readonly reason: string };

/** Passes on what is asked of a trial to whichever attempt is under way. The last word counts, but nothing after `end`. */
export class TrialControl {
  readonly #asked = new AbortController();
  #request: TrialRequest | undefined;
  #listener: ((request: TrialRequest) => void) | undefined;

  get request(): TrialRequest | undefined {
    return this.#request;
  }

  /** Aborted with the first request. */
  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  /** Returns whether it is still of use to ask. */
  ask(request: TrialRequest): boolean {
    if (this.#request?.type === 'end') return false;
    this.#request = request;
    this.#asked.abort();
    this.#listener?.(request);
    return true;
  }

  /** Hears of requests from now on, in place of who did before. */
  listen(listener: ((request: TrialRequest) => void) | undefined): void {
    this.#listener = listener;
  }
}
