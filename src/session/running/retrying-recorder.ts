import type { EventSink } from '../../core/trial/events.js';
import { Persistence } from '../../executor/scheduling/persistence.js';
import { persistentSink } from '../../executor/scheduling/persistent-sink.js';

export interface RetryingRecorder extends EventSink {
  /** Retries other work on the database in the same way. The work must be safe to repeat. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  /** Stops waiting for the disk, because the user ends the sweep. */
  readonly interrupt: () => void;
}

/**
 * Retries a recorder while the disk is full or the results folder is missing; the sweep waits meanwhile. Says so once when the wait
 * begins and once when it ends.
 */
export function retryingRecorder(recorder: EventSink, say: (line: string) => void): RetryingRecorder {
  const givenUp = new AbortController();
  let isWaiting = false;
  const persistence = new Persistence({
    signal: givenUp.signal,
    onWaiting: (reason) => {
      isWaiting = reason !== undefined;
      if (reason !== undefined) say(`the sweep waits: ${reason.message}. ${reason.hint ?? ''}`.trimEnd());
      else if (!givenUp.signal.aborted) say('the sweep goes on: results can be recorded again');
    },
  });
  return {
    ...persistentSink(recorder, persistence),
    retry: (attempt) => persistence.run(attempt),
    interrupt: () => {
      if (isWaiting) givenUp.abort();
    },
  };
}
