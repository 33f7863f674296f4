import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../core/errors.js';

export interface PersistenceOptions {
  /** Told once when nothing can be recorded for the moment, with the reason, and once when it can again, without. */
  readonly onWaiting: (reason: EnvironmentError | undefined) => void;
  /** Aborted when there is no use in waiting any longer: then what cannot be recorded is an error. */
  readonly signal: AbortSignal;
  /** Before the second try, doubled with each further one; default 500. */
  readonly firstDelayMs?: number;
  /** At most so long; default 30,000. */
  readonly maxDelayMs?: number;
}

/** What may pass: somebody makes room on the disk, or puts back the folder. */
const PASSING = new Set(['DISK_FULL', 'STORE_GONE', 'STORE_UNWRITABLE', 'STORE_FAILED', 'STORE_LOCKED']);

/**
 * Tries again and again what fails for a reason that may pass. Whoever asks waits so long, so that the whole sweep does, and
 * nothing that was answered is lost.
 */
export class Persistence {
  readonly #options: PersistenceOptions;
  #waiting = 0;
  /** Aborted when somebody who had to wait gets through: the others need not wait any longer. */
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
        // Once more after giving up: it may have passed in the meantime.
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
