import { IllegalTransitionError } from '../../core/errors.js';
import type { EventSink } from '../../core/events.js';
import type { Persistence } from './persistence.js';

/** Hands each event to a sink until it takes it. */
export function persistentSink(sink: EventSink, persistence: Persistence): EventSink {
  return {
    emit(event) {
      let tries = 0;
      return persistence.run(async () => {
        tries++;
        try {
          await sink.emit(event);
        } catch (error) {
          // It was recorded the time before, though it did not look like it.
          if (tries === 1 || !(error instanceof IllegalTransitionError)) throw error;
        }
      });
    },
    close: () => sink.close(),
  };
}
