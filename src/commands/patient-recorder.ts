import type { EventSink } from '../core/events.js';
import { persistentSink } from '../executor/persistent-sink.js';

export interface PatientRecorder extends EventSink {
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
  const sink = persistentSink(recorder, {
    signal: givenUp.signal,
    onWaiting: (reason) => {
      waits = reason !== undefined;
      if (reason !== undefined) say(`the sweep waits: ${reason.message}. ${reason.hint ?? ''}`.trimEnd());
      else if (!givenUp.signal.aborted) say('the sweep goes on: results can be recorded again');
    },
  });
  return {
    ...sink,
    interrupt: () => {
      if (waits) givenUp.abort();
    },
  };
}
