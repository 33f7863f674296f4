/**
 * A request to a running trial. `stop` and `pause` take effect after the epoch under way, `end` at once: the user cancels the
 * trial, or its time is over.
 */
export type TrialRequest =
  | { readonly type: 'stop' | 'pause' }
  | { readonly type: 'end'; readonly why: 'cancelled' | 'time-limit'; readonly reason: string };

/** Passes requests on to the attempt under way. The latest request counts, but none after `end`. */
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

  /** Returns false where the trial is being ended already. */
  ask(request: TrialRequest): boolean {
    if (this.#request?.type === 'end') return false;
    this.#request = request;
    this.#asked.abort();
    this.#listener?.(request);
    return true;
  }

  /** Replaces the function that is called with each request. */
  listen(listener: ((request: TrialRequest) => void) | undefined): void {
    this.#listener = listener;
  }
}
