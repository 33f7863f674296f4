import type { EventSink } from '../../core/events.js';
import { Persistence } from '../../executor/scheduling/persistence.js';
import { persistentSink } from '../../executor/scheduling/persistent-sink.js';

export interface PatientRecorder extends EventSink {
  /** Does something else with the database, with the same patience. It has to be fit to be tried again. */
  readonly insist: <T>(attempt: () => Promise<T>) => Promise<T>;
  /** The user wants an end: what waits for the disk waits no longer. */
  readonly interrupt: () => void;
}

/**
 * A recorder that waits, and the sweep with it, while the disk is full or the results folder has gone. Says so once, and once
 * when it goes on.
 */
export function patientRecorder(recorder: EventSink, say: (line: string) => void): PatientRecorder {
  const givenUp = new AbortController();
  let waits = false;
  const persistence = new Persistence({
    signal: givenUp.signal,
    onWaiting: (reason) => {
      waits = reason !== undefined;
      if (reason !== undefined) say(`the sweep waits: ${reason.message}. ${reason.hint ?? ''}`.trimEnd());
      else if (!givenUp.signal.aborted) say('the sweep goes on: results can be recorded again');
    },
  });
  return {
    ...persistentSink(recorder, persistence),
    insist: (attempt) => persistence.run(attempt),
    interrupt: () => {
      if (waits) givenUp.abort();
    },
  };
}
