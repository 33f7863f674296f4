import { unreachable } from '../core/errors.js';
import type { Interrupts } from '../session/surroundings.js';

/** What asks a running command to end: Ctrl-C, `kill`, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal interrupts, the second one kills; without a listener a signal ends the process, as always. */
export const signalInterrupts: Interrupts = {
  listen({ interrupt, kill }) {
    let stage: 'running' | 'stopping' | 'killing' = 'running';
    const advance = (): void => {
      switch (stage) {
        case 'running':
          stage = 'stopping';
          return interrupt();
        case 'stopping':
          stage = 'killing';
          return kill();
        case 'killing':
          return;
        default:
          unreachable(stage);
      }
    };
    for (const signal of SIGNALS) process.on(signal, advance);
    return {
      wasInterrupted: () => stage !== 'running',
      dispose: () => {
        for (const signal of SIGNALS) process.off(signal, advance);
      },
    };
  },
};

/** What `untilInterrupted` returns in place of a result. */
export const INTERRUPTED = Symbol('interrupted');

/** Runs work that the first signal aborts; the second one ends the process. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | typeof INTERRUPTED> {
  const stop = new AbortController();
  const listening = signalInterrupts.listen({ interrupt: () => stop.abort(), kill: () => process.exit(130) });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    listening.dispose();
  }
}
