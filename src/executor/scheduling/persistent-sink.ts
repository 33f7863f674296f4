import { IllegalTransitionError } from '../../core/errors.js';
import type { EventSink } from '../../core/trial/events.js';
import type { Persistence } from './persistence.js';

/** Emits each event to a sink until the sink accepts it. */
export function persistentSink(sink: EventSink, persistence: Persistence): EventSink {
  return {
    emit(event) {
      let tries = 0;
      return persistence.run(async () => {
        tries++;
        try {
          await sink.emit(event);
        } catch (error) {
          // The try before recorded the event although it reported an error.
          if (tries === 1 || !(error instanceof IllegalTransitionError)) throw error;
        }
      });
    },
    close: () => sink.close(),
  };
}
