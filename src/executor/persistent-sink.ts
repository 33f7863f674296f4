import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, IllegalTransitionError } from '../core/errors.js';
import type { EventSink, SweepEvent } from '../core/events.js';

export interface PersistentSinkOptions {
  /** Told once when events cannot be recorded for the moment, with the reason, and once when they can again, without. */
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
 * Hands each event to a sink again and again until it takes it, where what is in the way may pass. Whoever emits waits so
 * long, so that the whole sweep does, and nothing that was answered is lost.
 */
export function persistentSink(sink: EventSink, options: PersistentSinkOptions): EventSink {
  const { onWaiting, signal, firstDelayMs = 500, maxDelayMs = 30_000 } = options;
  let waiting = 0;
  /** Aborted when an event that had to wait gets through: the others need not wait any longer. */
  let passing = new AbortController();

  async function insist(event: SweepEvent, first: EnvironmentError): Promise<void> {
    if (waiting++ === 0) onWaiting(first);
    try {
      for (let delay = firstDelayMs; ; delay = Math.min(maxDelayMs, 2 * delay)) {
        const cutShort = AbortSignal.any([signal, passing.signal]);
        await sleep(delay, undefined, { signal: cutShort }).catch(() => undefined);
        // Once more after giving up: it may have passed in the meantime.
        try {
          await sink.emit(event);
          passing.abort();
          passing = new AbortController();
          return;
        } catch (error) {
          // It was recorded the time before, though it did not look like it.
          if (error instanceof IllegalTransitionError) return;
          if (!mayPass(error) || signal.aborted) throw error;
        }
      }
    } finally {
      if (--waiting === 0) onWaiting(undefined);
    }
  }

  return {
    emit: async (event) => {
      try {
        await sink.emit(event);
      } catch (error) {
        if (!mayPass(error) || signal.aborted) throw error;
        await insist(event, error);
      }
    },
    close: () => sink.close(),
  };
}

const mayPass = (error: unknown): error is EnvironmentError =>
  error instanceof EnvironmentError && PASSING.has(error.code);
