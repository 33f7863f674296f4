import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../core/errors.js';

export interface PersistenceOptions {
  /** Called with the reason when recording has to wait, and with `undefined` when it works again. */
  readonly onWaiting: (reason: EnvironmentError | undefined) => void;
  /** Aborted to give up waiting: from then on, an event that cannot be recorded is an error. */
  readonly signal: AbortSignal;
  /** Wait before the second try, doubled with each further one; default 500. */
  readonly firstDelayMs?: number;
  /** Longest wait between two tries; default 30,000. */
  readonly maxDelayMs?: number;
}

/** Errors that may pass: the user frees disk space, or puts back a folder. */
const PASSING = new Set(['DISK_FULL', 'STORE_GONE', 'STORE_UNWRITABLE', 'STORE_FAILED', 'STORE_LOCKED']);

/**
 * Retries work that fails for a reason that may pass. The caller waits, and the whole sweep with it, so that nothing is lost
 * that was reported as recorded.
 */
export class Persistence {
  readonly #options: PersistenceOptions;
  #waiting = 0;
  /** Aborted when one of the waiting calls succeeds: the others then retry at once. */
  #passing = new AbortController();

  constructor(options: PersistenceOptions) {
    this.#options = options;
  }

  async run<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || this.#options.signal.aborted) throw error;
      return this.#insist(attempt, error);
    }
  }

  async #insist<T>(attempt: () => Promise<T>, first: EnvironmentError): Promise<T> {
    const { onWaiting, signal, firstDelayMs = 500, maxDelayMs = 30_000 } = this.#options;
    if (this.#waiting++ === 0) onWaiting(first);
    try {
      for (let delay = firstDelayMs; ; delay = Math.min(maxDelayMs, 2 * delay)) {
        const cutShort = AbortSignal.any([signal, this.#passing.signal]);
        await sleep(delay, undefined, { signal: cutShort }).catch(() => undefined);
        // After giving up there is one last try: the reason may have passed.
        try {
          const result = await attempt();
          this.#passing.abort();
          this.#passing = new AbortController();
          return result;
        } catch (error) {
          if (!mayPass(error) || signal.aborted) throw error;
        }
      }
    } finally {
      if (--this.#waiting === 0) onWaiting(undefined);
    }
  }
}

const mayPass = (error: unknown): error is EnvironmentError =>
  error instanceof EnvironmentError && PASSING.has(error.code);
